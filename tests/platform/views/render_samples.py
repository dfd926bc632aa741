"""Write every sample page as HTML beside the built assets, to look at: render_samples.py OUT."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from view_samples.all_pages import BEFORE_SIGN_IN, SAMPLES
from view_samples.frames import make_frame

import cardwright_themes
from cardwright_platform.theming import Theming, load_themes
from cardwright_platform.views.cells import Action
from cardwright_platform.views.frame import Toast
from cardwright_platform.words import load_words

LOOKS = {
    "zh.light": {"language": "zh", "mode": "light"},
    "zh.dark": {"language": "zh", "mode": "dark"},
    "en.light": {"language": "en", "mode": "light"},
    "green": {"language": "zh", "mode": "light", "theme": "green"},
}
TOAST = Toast(text="已把 3 家客户分派给周敏", undo=Action(label="撤销", url="#", post=True))


def main(out: Path) -> None:
    themes = load_themes([Path(next(iter(cardwright_themes.__path__)))])
    theming = Theming(themes, load_words(), static_prefix="static", watch=True)
    out.mkdir(parents=True, exist_ok=True)
    for theme in themes.values():
        if theme.dist.is_dir():
            shutil.copytree(theme.dist, out / "static" / theme.name, dirs_exist_ok=True)
    for look, kind in LOOKS.items():
        frame = make_frame(**kind)
        for name, page in SAMPLES.items():
            shown = replace(frame, user=None, csrf_token="") if name in BEFORE_SIGN_IN else frame
            shown = replace(shown, toasts=(TOAST,)) if name == "list_cards" else shown
            text = theming.render(page, shown)
            (out / f"{name}.{look}.html").write_text(text, encoding="utf-8")
    # Links between samples lead to the plain name.
    for name in SAMPLES:
        shutil.copy(out / f"{name}.zh.light.html", out / f"{name}.html")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
