"""Sums of a matrix that are spread over its columns before they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ValueProblem
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import LARGEST_PAGE, PageRequest, RowOfPage
from cardwright_entities.records.spreading import spread_by
from cardwright_metadata.definitions.cards import MatrixDefinition
from cardwright_platform.web.presenting.matrices import SPREAD, TOTAL
from cardwright_platform.web.presenting.matrix_cells import (
    posted_columns,
    row_keys,
    text_at,
    typed_year,
    year_field,
)

#: Lines of the year before that are looked at.
_MOST = 2_000
_LAST_YEAR = "last_year"


def spread_sums(desk: Desk, entity: EntityModel, typed: dict[str, list[str]]) -> None:
    """Fill the cells of rows whose sum is to be spread; a sum that is no number is left alone."""
    for matrix in entity.definition.card.matrices:
        columns = posted_columns(typed, matrix.lines)
        if columns and matrix.spread:
            line = desk.model.lines_of(entity, matrix.lines)
            _Spreading(desk, entity, line, matrix, typed).spread(len(columns))


@dataclass(frozen=True)
class _Spreading:
    desk: Desk
    entity: EntityModel
    line: EntityModel
    matrix: MatrixDefinition
    typed: dict[str, list[str]]

    def spread(self, parts: int) -> None:
        cell, before = self.matrix.cell, None
        scale = max(self.line.fields[cell].value_type.scale, 0)
        for key in row_keys(self.typed, self.matrix.lines):
            row = f"{self.matrix.lines}.r{key}"
            way, total = text_at(self.typed, f"{row}.{SPREAD}"), self._value(cell, f"{row}.{TOTAL}")
            if way not in self.matrix.spread or total is None:
                continue
            weights = [Decimal(0)] * parts
            if way == _LAST_YEAR:
                before = self._lines_before() if before is None else before
                weights = self._weights(before, row, parts)
            shares = spread_by(Decimal(str(total)), weights, scale)
            for index, part in enumerate(shares):
                self.typed[f"{row}.c{index}.{cell}"] = [f"{part:f}"]
            self.typed[f"{row}.{SPREAD}"] = [""]

    def _value(self, field: str, name: str) -> object:
        found = self.line.fields[field]
        try:
            text = found.type.read_input(text_at(self.typed, name), found.definition)
            return found.parse(text, self.desk.context)
        except ValueProblem:
            return None

    def _lines_before(self) -> Sequence[RowOfPage]:
        """Return the lines of the records of the year before, as far as the writer sees them."""
        field, year = year_field(self.entity), typed_year(self.entity, self.typed)
        if field is None or not year:
            return ()
        where = self.desk.condition(self.line.name, f"head.{field.name} = '{year - 1:04}-01-01'")
        columns = (self.matrix.column, self.matrix.cell, *self.matrix.rows)
        request = PageRequest(
            entity=self.line.name, columns=columns, where=where, limit=LARGEST_PAGE, count="none"
        )
        page = self.desk.page(request)
        found = list(page.rows)
        while page.next and len(found) < _MOST:
            page = self.desk.page(replace(request, after=page.next))
            found += page.rows
        return found

    def _weights(self, before: Sequence[RowOfPage], row: str, parts: int) -> list[Decimal]:
        """Return what the same row had in each column the year before."""
        wanted: Mapping[str, object] = {
            name: self._value(name, f"{row}.{name}") for name in self.matrix.rows
        }
        weights = [Decimal(0)] * parts
        for each in before:
            day, figure = each.values.get(self.matrix.column), each.values.get(self.matrix.cell)
            alike = all(each.values.get(name) == value for name, value in wanted.items())
            if alike and isinstance(day, date) and figure is not None:
                weights[(day.month - 1) * parts // 12] += Decimal(str(figure))
        return weights
