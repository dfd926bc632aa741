"""Cells of a worksheet whose value is not in the file: errors, and formulas never calculated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from cardwright_platform.confined.boundaries import Refusal

#: More than so many are not worth a reason each.
MOST = 20_000

_ERROR = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^>]*\bt=\"e\"[^>]*)>"
    rb"(?:<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))?"
    rb"(?:<(?:\w+:)?v>(?P<text>[^<]*)</)?"
)
_NEVER_CALCULATED = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^>]*)>\s*"
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>(?P<text>[^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"
)
_EMPTY_TEXT = re.compile(rb"\bt=\"str\"")
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")


def find_faulty_cells(pieces: Iterator[bytes]) -> dict[tuple[int, int], str]:
    """Return (row, column), both from 0, → what stands there instead of a value."""
    found: dict[tuple[int, int], str] = {}
    for piece in pieces:
        if b'"e"' in piece:
            for match in _ERROR.finditer(piece):
                found[_place(match["attributes"])] = _text(match["text"]) or "#ERROR"
        if b"<f" in piece or b":f" in piece:
            for match in _NEVER_CALCULATED.finditer(piece):
                if not _EMPTY_TEXT.search(match["attributes"]):
                    found[_place(match["attributes"])] = "=" + _text(match["text"])
        if len(found) > MOST:
            raise Refusal("sheet_faulty", limit=MOST)
    return found


def _place(attributes: bytes) -> tuple[int, int]:
    match = _PLACE.search(attributes)
    if match is None:
        raise Refusal("file_unreadable")
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


def _text(raw: bytes | None) -> str:
    return unescape((raw or b"").decode("utf-8", "replace"))[:200]
