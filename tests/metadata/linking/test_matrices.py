"""Matrices that cannot be meant are refused where they stand, with the nearest name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]
TEXT = """
kind: entity
name: plan
fields:
  name: {type: text}
  targets: {type: lines, of: target}
card:
  tabs: {main: {sections: {grid: SECTION}}}
---
kind: entity
name: target
owner: plan
fields:
  kind: {type: picklist, values: [old, new]}
  note: {type: text}
  amount: {type: decimal}
  total: {type: decimal}
"""


def test_a_matrix_says_its_rows_its_column_and_its_cell(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    section = "{matrix: targets, rows: note, columns: kind, cell: amount, totals: true}"
    catalog = build_catalog([write_pack(TEXT.replace("SECTION", section))], types)
    (matrix,) = catalog.entity("plan").card.matrices
    assert (matrix.lines, matrix.rows, matrix.column) == ("targets", ("note",), "kind")
    assert (matrix.cell, matrix.totals, matrix.spread) == ("amount", True, ())


@pytest.mark.parametrize(
    ("section", "code", "found", "nearest"),
    [
        ("{matrix: tragets, rows: note, columns: kind, cell: amount}",
         "unknown_lines_field", "tragets", "targets"),
        ("{matrix: targets, rows: nite, columns: kind, cell: amount}",
         "unknown_field", "nite", "note"),
        ("{matrix: targets, rows: total, columns: kind, cell: amount}",
         "not_for_a_matrix", "total", ""),
        ("{matrix: targets, rows: note, columns: knd, cell: amount}",
         "unknown_field", "knd", "kind"),
        ("{matrix: targets, rows: note, columns: note, cell: amount}",
         "not_for_a_matrix", "note", ""),
        ("{matrix: targets, rows: note, columns: [kind, note], cell: amount}",
         "not_for_a_matrix", "kind, note", ""),
        ("{matrix: targets, rows: note, columns: kind, cell: note}",
         "not_for_a_matrix", "note", ""),
        ("{matrix: targets, rows: note, columns: kind, cell: amout}",
         "unknown_field", "amout", "amount"),
        ("{matrix: targets, rows: note, columns: kind, cell: amount, spread: [last_year]}",
         "not_for_a_matrix", "last_year", ""),
        ("{matrix: targets, rows: note, columns: kind, cell: amount, spread: [evn]}",
         "unknown_word", "evn", "even"),
        ("{matrix: targets, columns: kind, cell: amount}", "missing_key", "", ""),
    ],
)  # fmt: skip
def test_a_matrix_that_cannot_be_meant_is_refused(
    write_pack: WritePack, types: TypeCatalogue, section: str, code: str, found: str, nearest: str
) -> None:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(TEXT.replace("SECTION", section))], types)
    (problem,) = raised.value.problems
    assert (problem.code, problem.found, problem.nearest) == (code, found, nearest)
    assert problem.place is not None
