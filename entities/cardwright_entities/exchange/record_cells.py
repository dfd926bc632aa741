"""Records → rows of typed cells, page after page, with the rights of who exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from cardwright_entities.errors import InputError, Message, QueryError
from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.requests import Desk, ExportRequest
from cardwright_entities.files.register import names_of
from cardwright_entities.locales import Locale
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.masked import shown_cells
from cardwright_entities.queries.pages import open_records, read_rows
from cardwright_entities.queries.requests import PageRequest, RowOfPage
from cardwright_entities.queries.single import read_lines
from cardwright_entities.queries.sorting import sort_keys
from cardwright_entities.queries.titles import titles_of
from cardwright_metadata.definitions.lists import SortDefinition

#: Records read in one transaction.
PAGE = 1000
#: Under this name the titles of a page hold the names of files.
_FILES = "cw_file"

Titles = dict[tuple[str, int], str]


@dataclass(frozen=True)
class ExportColumn:
    """One column: its path, the field it ends in, the lines field that it belongs to."""

    path: str
    found: FieldModel
    lines: FieldModel | None = None

    @property
    def own_path(self) -> str:
        """Return the path within the line, or within the record."""
        return self.path if self.lines is None else self.path.partition(".")[2]


def export_columns(
    desk: Desk, entity: EntityModel, paths: Sequence[str]
) -> tuple[ExportColumn, ...]:
    """Return the columns of paths; raise InputError for those that the reader does not have."""
    columns: list[ExportColumn] = []
    unknown: list[str] = []
    for path in dict.fromkeys(paths):
        column = _column(desk, entity, path)
        if column is None:
            unknown.append(path)
        else:
            columns.append(column)
    if unknown:
        raise InputError({"columns": [Message.of("unknown_field", name=", ".join(unknown))]})
    if len({each.lines.name for each in columns if each.lines is not None}) > 1:
        raise InputError({"columns": [Message("lines_of_one_kind")]})
    return tuple(columns)


def _column(desk: Desk, entity: EntityModel, path: str) -> ExportColumn | None:
    first, _, rest = path.partition(".")
    own = entity.fields.get(first)
    if own is None or first not in desk.reading.shown(entity):
        return None
    if own.type.relation == "lines" and not rest.startswith("current."):
        line = desk.model.lines_of(entity, first)
        inner = _column(desk, line, rest) if rest else None
        return None if inner is None else ExportColumn(path, inner.found, own)
    if own.type.relation == "many":
        return None if rest else ExportColumn(path, own)
    try:
        names, _ = open_records(desk.reading, entity, PageRequest(entity=entity.name))
        return ExportColumn(path, shown_cells(names, tuple(path.split(".")))[0])
    except QueryError:
        return None


@dataclass(frozen=True)
class RecordCells:
    """Reads the pages of one export."""

    request: ExportRequest
    columns: tuple[ExportColumn, ...]

    def page(self, desk: Desk, after: str) -> tuple[list[list[Cell]], int, str | None]:
        """Return the rows of the next page, how many records they are, and what follows."""
        entity = desk.model.entity(self.request.entity)
        page = read_rows(desk.session, desk.reading, self._request(desk, after), desk.cursors)
        titles = dict(page.titles) | self._further_titles(desk, entity, page.rows)
        lines = self._lines(desk, entity, page.rows, titles)
        context = desk.context
        locale = Locale(language=context.language, zone=context.zone, titles=titles)
        rows = [
            [_cell(each, row, line, locale) for each in self.columns]
            for row in page.rows
            for line in lines.get(row.id) or (None,)
        ]
        return rows, len(page.rows), page.next

    def _request(self, desk: Desk, after: str) -> PageRequest:
        asked = self.request
        return PageRequest(
            entity=asked.entity,
            columns=tuple(each.path for each in self.columns if each.lines is None),
            where=desk.condition(asked.entity, asked.where, asked.filter),
            search=asked.search,
            sort=tuple(
                SortDefinition(path=path.removeprefix("-"), descending=path.startswith("-"))
                for path in asked.sort
            ),
            ids=asked.ids,
            limit=PAGE,
            after=after,
            count="none",
            action="export",
            masked=True,
        )

    def require_askable(self, desk: Desk, entity: EntityModel) -> None:
        """Raise QueryError for a condition or an order that cannot be asked."""
        asked = self._request(desk, "")
        names, _ = open_records(desk.reading, entity, asked)
        sort_keys(names, asked.sort)

    def count_request(self, desk: Desk) -> PageRequest:
        """Return the request that counts all records of the export."""
        asked = self._request(desk, "")
        return PageRequest(
            entity=asked.entity,
            where=asked.where,
            search=asked.search,
            ids=asked.ids,
            count="exact",
            action=asked.action,
        )

    def _lines(
        self, desk: Desk, entity: EntityModel, rows: Sequence[RowOfPage], titles: Titles
    ) -> Mapping[int, tuple[RowOfPage, ...]]:
        lines = next((each.lines for each in self.columns if each.lines is not None), None)
        if lines is None or not rows:
            return {}
        found, named = read_lines(
            desk.session,
            desk.reading,
            desk.cursors,
            entity,
            lines,
            [row.id for row in rows],
            masked=True,
        )
        titles |= named
        return found

    def _further_titles(self, desk: Desk, entity: EntityModel, rows: Sequence[RowOfPage]) -> Titles:
        titles: Titles = {}
        for each in self.columns:
            values = [row.values.get(each.path) for row in rows]
            if each.found.type.relation == "many":
                ids = {record for value in values if isinstance(value, tuple) for record in value}
                titles |= titles_of(desk.session, desk.reading, each.found.targets[0], ids)
            elif each.found.type.holds_file:
                files = [file for value in values for file in each.found.type.files_of(value)]
                names = names_of(desk.session, files)
                titles |= {(_FILES, file): name for file, name in names.items()}
        return titles


def _cell(column: ExportColumn, row: RowOfPage, line: RowOfPage | None, locale: Locale) -> Cell:
    if column.lines is not None:
        value = None if line is None else line.values.get(column.own_path)
    else:
        value = row.values.get(column.path)
    if value is None:
        return None
    found = column.found
    if found.type.relation == "many" and isinstance(value, tuple):
        named = (locale.title(found.targets[0], each) for each in value)
        return "\n".join(title for title in named if title) or None
    return cast(Cell, found.type.to_excel(value, found.definition, locale))
