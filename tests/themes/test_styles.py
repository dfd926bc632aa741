"""Style sheets stay quick on long pages."""

from __future__ import annotations

import re
from pathlib import Path

_SHEETS = Path(__file__).parents[2] / "themes/cardwright_themes/standard/static/src/css"
#: What encloses a whole page or form.
_ENCLOSING = re.compile(r"\.cw-(?:app|main|form|form-body|grid)\b[^\s,{>]*:has\((?!\s*>)[^)]*\)")


def test_no_rule_asks_what_lies_anywhere_inside_a_page() -> None:
    # With such a rule every change below gives the whole page its styles anew.
    found = [
        f"{sheet.name}: {match[0]}"
        for sheet in sorted(_SHEETS.glob("*.css"))
        for match in _ENCLOSING.finditer(sheet.read_text("utf-8"))
    ]
    assert found == []
