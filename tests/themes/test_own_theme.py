"""The theme that docs/themes.md tells to write works as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from view_samples.frames import make_frame
from view_samples.pages import home

import cardwright_themes
from cardwright_platform.theming import Theming, load_themes
from cardwright_platform.words import load_words

THEMES = Path(cardwright_themes.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs/themes.md").read_text(encoding="utf-8")
TOKENS = (THEMES / "standard/static/src/css/tokens.css").read_text(encoding="utf-8")
SHEET = PAGE.split("```css\n")[1].split("```")[0]
#: Which colour is written or drawn on which, and how well it must stand out.
PAIRS = (("--cw-on-brand", "--cw-brand", 4.5), ("--cw-brand-text", "--cw-brand-soft-2", 4.5))


def block(sheet: str, start: str) -> dict[str, str]:
    """Return the tokens that a block of a sheet sets."""
    inside = sheet.split(f"{start} {{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"(--cw-[\w-]+): ([^;]+);", inside))


def contrast(one: str, other: str) -> float:
    """Return how two colours stand out, as WCAG counts it."""
    bright, dark = sorted((_light(one), _light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_page_is_drawn_by_the_theme_over_its_parent(tmp_path: Path) -> None:
    own = tmp_path / "harbour"
    built = own / "static" / "dist"
    built.mkdir(parents=True)
    (own / "theme.yaml").write_text(PAGE.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (built / "manifest.json").write_text(json.dumps({"assets": {"theme.css": "theme-1.css"}}))
    themes = load_themes([THEMES, tmp_path])
    drawn = Theming(themes, load_words()).render(home(), make_frame("zh", theme="harbour"))
    assert themes["harbour"].label == {"zh": "海港", "en": "Harbour"}
    assert 'data-theme="harbour"' in drawn
    sheets = re.findall(r'href="/static/(\w+)/[^"]+\.css"', drawn)
    assert sheets == ["standard", "harbour"]


@pytest.mark.parametrize("mode", [":root", "[data-bs-theme=dark]"])
def test_its_tokens_are_those_of_the_product_and_stand_out(mode: str) -> None:
    tokens = block(SHEET, mode)
    assert len(tokens) == 10
    assert [name for name in tokens if f"{name}:" not in TOKENS] == []
    assert [pair for pair in PAIRS if contrast(tokens[pair[0]], tokens[pair[1]]) < pair[2]] == []
