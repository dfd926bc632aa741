"""Who takes a document and when, across each of its pages: HTML that no template's style moves."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import escape

_LAYER = (
    ("position", "fixed"),
    ("top", "0"),
    ("right", "0"),
    ("bottom", "0"),
    ("left", "0"),
    ("display", "block"),
    ("overflow", "hidden"),
    ("margin", "0"),
    ("z-index", "2147483647"),
    ("pointer-events", "none"),
    ("visibility", "visible"),
    ("color", "#000"),
    ("opacity", ".12"),
)
_MARK = (
    ("position", "absolute"),
    ("display", "block"),
    ("font-size", "10pt"),
    ("line-height", "1"),
    ("white-space", "nowrap"),
    ("transform", "rotate(-24deg)"),
)
#: Where marks begin, in percent of the page: every second row stands between those of the others.
_ROWS = range(8, 100, 12)
_COLUMNS = ((2, 36, 70), (18, 52, 86))


def watermark_html(text: str) -> str:
    """Return what repeats a text across every page, nothing for an empty one."""
    if not text:
        return ""
    marks = "".join(_marks(str(escape(text))))
    return f'<div class="cw-watermark" aria-hidden="true" style="{_style(_LAYER)}">{marks}</div>'


def _marks(text: str) -> Iterator[str]:
    for number, top in enumerate(_ROWS):
        for left in _COLUMNS[number % 2]:
            style = _style((*_MARK, ("top", f"{top}%"), ("left", f"{left}%")))
            yield f'<span style="{style}">{text}</span>'


def _style(said: tuple[tuple[str, str], ...]) -> str:
    return ";".join(f"{name}:{value}!important" for name, value in said)
