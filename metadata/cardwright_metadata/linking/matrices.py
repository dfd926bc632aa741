"""Sections that type lines as a matrix: each name a field of the lines, of a kind that fits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap

At = tuple[str | int, ...]

#: Grains of a period of which a year has a known number.
_GRAINS = ("month", "quarter")
_FIGURES = ("integer", "decimal", "money", "percent")
_KEYS = ("rows", "columns", "cell")
#: What stands in a row of a form beside the fields of the row.
_TAKEN = re.compile("total|spread|remove|c[0-9]+")


class MatrixLinker:
    """Checks the sections with ``matrix``."""

    def __init__(self, names: Names, report: Report) -> None:
        self._names = names
        self._report = report

    def link(self, entity: str, content: MarkedMap, path: At, section: MarkedMap) -> None:
        """Check one section."""
        missing = [key for key in _KEYS if not section.get(key)]
        for key in missing:
            self._report.add(
                content, path, "missing_key", f"A matrix says its '{key}'.",
                expected=f"{key}:", at_key=True,
            )  # fmt: skip
        lines = str(section["matrix"])
        fields = self._names.fields(entity)
        if self._relation(fields.get(lines)) != "lines":
            known = [name for name, each in fields.items() if self._relation(each) == "lines"]
            self._report.unknown(content, (*path, "matrix"), "lines field", lines, known)
            return
        for target in self._names.targets(entity, lines) if not missing else ():
            self._link_names(content, path, section, self._names.fields(target))

    def _relation(self, field: object) -> str:
        described = self._names.type_of(field)
        return described.relation if described is not None else ""

    def _link_names(
        self, content: MarkedMap, path: At, section: MarkedMap, fields: Mapping[str, Any]
    ) -> None:
        for index, name in enumerate(section["rows"]):
            if name not in fields:
                self._report.unknown(content, (*path, "rows", index), "field", str(name), fields)
            elif _TAKEN.fullmatch(str(name)):
                expected = "rows by fields that are not called total, spread, remove, c0, c1 …"
                self._refuse(content, (*path, "rows", index), expected, str(name))
        cell, columns = section["cell"], section["columns"]
        named = list(columns) if isinstance(columns, dict) else []
        column = str(named[0]) if named else ""
        if len(named) != 1:
            found = ", ".join(named) or str(columns)
            self._refuse(content, (*path, "columns"), "the name of one field", found)
        elif column not in fields:
            self._report.unknown(content, (*path, "columns"), "field", column, fields)
        elif not _is_column(fields[column]):
            expected = "a period of months or quarters, or a picklist"
            self._refuse(content, (*path, "columns"), expected, column)
        elif fields[column].get("type") != "period" and "last_year" in section.get("spread", ()):
            expected = "even, where columns are no months or quarters"
            self._refuse(content, (*path, "spread"), expected, "last_year")
        if cell not in fields:
            self._report.unknown(content, (*path, "cell"), "field", str(cell), fields)
        elif fields[cell].get("type") not in _FIGURES:
            self._refuse(content, (*path, "cell"), "a number or an amount", str(cell))

    def _refuse(self, content: MarkedMap, at: Sequence[str | int], wanted: str, found: str) -> None:
        self._report.add(
            content,
            at,
            "not_for_a_matrix",
            f"'{found}' does not fit here; a matrix takes {wanted}.",
            found=found,
            expected=wanted,
        )


def _is_column(field: Mapping[str, Any]) -> bool:
    if field.get("type") == "period":
        return field.get("grain") in _GRAINS
    return field.get("type") == "picklist"
