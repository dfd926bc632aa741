"""Which addresses a document would have fetched: only data: may stand where a picture is wanted."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from cardwright_platform.confined.boundaries import Refusal

#: Attributes that make a reader fetch something by themselves.
_FETCHED = frozenset(
    {"src", "srcset", "data", "poster", "background", "xlink:href", "action", "formaction"}
)
#: Tags whose href is fetched; that of <a> is only followed by people.
_HREF = frozenset({"link", "image", "use", "base", "feimage", "script"})
_IN_STYLE = re.compile(
    r"url\(\s*['\"]?\s*([^'\")\s]*)|@import\s*['\"]?\s*([^'\";\s]*)", re.IGNORECASE
)

#: A drawing (SVG) could name further addresses.
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp)[;,]", re.IGNORECASE)


def is_picture(address: str) -> bool:
    """Tell whether an address holds a picture itself."""
    return _PICTURE.match(address) is not None


def refuse_addresses(document: str) -> None:
    """Refuse a document that wants something fetched, naming the address."""
    reader = _Reader()
    reader.feed(document)
    reader.close()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if name in _FETCHED or (name.endswith("href") and tag in _HREF):
                _require_given(value or "")
            elif name == "style" or "url(" in (value or "").lower():
                _look_at_style(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            _look_at_style(data)


def _look_at_style(style: str) -> None:
    if "\\" in style and "url" not in style.lower():
        # An escape could spell url( in letters that nobody searches for.
        raise Refusal("print_external", address=style[:80])
    for found in _IN_STYLE.finditer(style):
        _require_given(found.group(1) or found.group(2) or "")


def _require_given(address: str) -> None:
    plain = address.strip()
    if plain.startswith("#") or is_picture(plain):
        return
    raise Refusal("print_external", address=plain[:80] or "?")
