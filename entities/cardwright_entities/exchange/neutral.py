"""Texts that a spreadsheet would run as a formula get an apostrophe, and lose it when they return.

Only for CSV: a workbook says of each cell that it is a text.
"""

from __future__ import annotations

import re

# A text is marked if it is dangerous, or would look marked already: so the way back is exact.
_DANGEROUS = r"(?:[\t\r\n]|\s*[=+\-@|%＝＋－＠])"
_TO_MARK = re.compile(f"'*{_DANGEROUS}")
_MARKED = re.compile(f"'+{_DANGEROUS}")


def neutral(text: str) -> str:
    """Return the text as it may stand in a CSV file that people open in a spreadsheet."""
    return f"'{text}" if _TO_MARK.match(text) else text


def restored(text: str) -> str:
    """Return the text that ``neutral`` was given."""
    return text[1:] if _MARKED.match(text) else text
