"""Raw text -> clean text: what every typed or imported text goes through first."""

from __future__ import annotations

import re
import unicodedata

from cardwright_entities.field_types.base import refuse

#: Characters that no text may hold: controls (tab and line ends aside), halves of surrogate
#: pairs, and U+FFFE and U+FFFF, which neither XML nor PostgreSQL can carry.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("[ \t]*(?:\r\n|[\r\n\x85\u2028\u2029\t])[ \t]*")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")

#: Minus signs that NFKC leaves alone.
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-"})


def clean_line(raw: str) -> str:
    """Return one line of text, composed (NFC) and stripped; refuse what cannot be kept."""
    # Printable text holds no control, no surrogate and no blank but the plain one.
    if not raw.isprintable():
        _refuse_forbidden(raw)
        raw = _BREAKS.sub(" ", raw)
    text = raw.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clean_lines(raw: str) -> str:
    """Return text of several lines, composed (NFC) and stripped, with plain line ends."""
    if not raw.isprintable():
        _refuse_forbidden(raw)
        raw = _LINE_ENDS.sub("\n", raw)
    text = raw.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def plain_signs(raw: str) -> str:
    """Return text in which full-width digits and signs are their plain twins, stripped.

    For numbers, dates, codes and addresses of mail and web; refuses what cannot be kept.
    """
    text = raw.strip()
    if text.isascii() and text.isprintable():
        return text
    _refuse_forbidden(text)
    return unicodedata.normalize("NFKC", text).translate(_MINUS).strip()


def _refuse_forbidden(text: str) -> None:
    found = _FORBIDDEN.search(text)
    if found is not None:
        raise refuse("bad_character", sign=f"U+{ord(found[0]):04X}")
