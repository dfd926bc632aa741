"""Write every sample page as HTML beside the built assets, to look at: render_samples.py OUT."""

from __future__ import annotations

import runpy
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import cardwright_themes
from cardwright_platform.theming import Theming, load_themes
from cardwright_platform.words import load_words

HERE = Path(__file__).parent
TOAST = "已把 3 家客户分派给周敏"


def main(out: Path) -> None:
    themes = load_themes([Path(next(iter(cardwright_themes.__path__)))])
    theming = Theming(themes, load_words(), static_prefix="static", watch=True)
    samples = runpy.run_path(str(HERE / "samples.py"))
    out.mkdir(parents=True, exist_ok=True)
    for theme in themes.values():
        if theme.dist.is_dir():
            shutil.copytree(theme.dist, out / "static" / theme.name, dirs_exist_ok=True)
    for look in ("zh.light", "zh.dark", "en.light", "green"):
        language, _, mode = look.partition(".")
        kind = {"theme": "green", "mode": "light"} if look == "green" else {"mode": mode}
        frame = samples["make_frame"](language="en" if language == "en" else "zh", **kind)
        for name, page in samples["SAMPLES"].items():
            shown = (
                replace(frame, user=None, csrf_token="")
                if name in samples["BEFORE_SIGN_IN"]
                else frame
            )
            if name == "list_cards":
                toast = samples["frame"].Toast(
                    text=TOAST, undo=samples["A"](label="撤销", url="#", post=True)
                )
                shown = replace(shown, toasts=(toast,))
            (out / f"{name}.{look}.html").write_text(theming.render(page, shown), encoding="utf-8")
    # Links between samples lead to the plain name.
    for name in samples["SAMPLES"]:
        shutil.copy(out / f"{name}.zh.light.html", out / f"{name}.html")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
