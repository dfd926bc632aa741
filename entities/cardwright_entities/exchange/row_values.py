"""Rows of a file → values by field: cells by their types, texts of links by the finder."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.exchange.cells import Cell, FaultyCell, SheetRow, cell_text, is_blank
from cardwright_entities.exchange.fields import IDENTITY
from cardwright_entities.exchange.finding import LinkFinder
from cardwright_entities.exchange.mapping import ColumnUse, ImportPlan
from cardwright_entities.exchange.requests import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel

Problems = dict[str, list[Message]]

#: A text of this length that ends so was cut by the program that wrote the workbook.
_LONGEST_CELL = 32_767
_CUT = "…"
_SEPARATORS = re.compile(r"[\n;；、，,|]")
_SHOWN = 60
_MOMENTS = ("date", "datetime", "time")


@dataclass
class RowValues:
    """What one row says: values of the head, values of one line per lines field, what is wrong.

    ``later`` holds the texts of links to records that only come further down in the file;
    ``notes`` say what the row is imported in spite of.
    """

    row: SheetRow
    head: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    notes: Problems = field(default_factory=dict)

    def refuse(self, path: str, message: Message) -> None:
        """Note what is wrong with a value of the row."""
        self.problems.setdefault(path, []).append(message)


@dataclass(frozen=True, slots=True)
class _Reader:
    use: ColumnUse
    found: FieldModel | None  #: None: id or version
    name: str
    lines: str = ""  #: the lines field of which ``name`` is a field
    parse: Callable[[object, Context], object] | None = None
    is_moment: bool = False


class RowReader:
    """Reads rows by a plan. ``comes_later`` tells of texts that name a record of the same file."""

    def __init__(
        self,
        desk: Desk,
        plan: ImportPlan,
        finder: LinkFinder,
        comes_later: Callable[[str, str], bool],
    ) -> None:
        self._desk = desk
        self._plan = plan
        self._finder = finder
        self._comes_later = comes_later
        self.entity = desk.model.entity(plan.entity)
        self._readers = [self._reader(use) for use in plan.columns]

    def read(self, rows: Sequence[SheetRow]) -> list[RowValues]:
        """Return what the rows say, all links looked up together."""
        fitted_rows = [fitted(row, self._plan) for row in rows]
        self._finder.learn(self._desk, self._wanted([each.row for each in fitted_rows]))
        return [self._read(values) for values in fitted_rows]

    def _reader(self, use: ColumnUse) -> _Reader:
        lines, _, name = use.path.rpartition(".")
        if use.path in IDENTITY:
            return _Reader(use, None, name)
        found = field_at(self._desk, self.entity, use.path)
        if found.type.relation:
            return _Reader(use, found, name, lines)
        parse = found.type.excel_parser(found.definition)
        return _Reader(use, found, name, lines, parse, found.value_type.kind in _MOMENTS)

    def _wanted(self, rows: Sequence[SheetRow]) -> Mapping[tuple[str, str], set[str]]:
        wanted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for reader in self._readers:
            if reader.found is None or not reader.found.type.relation:
                continue
            for row in rows:
                for text in _texts(reader, _cell(reader.use, row)):
                    for target in reader.found.targets:
                        wanted[target, reader.use.match].add(text)
        return wanted

    def _read(self, values: RowValues) -> RowValues:
        clear = self._plan.blanks == "clear"
        for reader in self._readers:
            cell = _cell(reader.use, values.row)
            if cell is None and not clear:
                continue
            try:
                self._read_cell(values, reader, cell)
            except ValueProblem as problem:
                values.refuse(reader.use.path, problem.message)
        return values

    def _read_cell(self, values: RowValues, reader: _Reader, cell: Cell) -> None:
        if is_blank(cell):
            if self._plan.blanks == "clear" and reader.found is not None:
                _put(values, reader, None)
            return
        if isinstance(cell, FaultyCell):
            raise ValueProblem(Message.of("faulty_cell", text=cell.text[:_SHOWN]))
        if isinstance(cell, str) and len(cell) == _LONGEST_CELL and cell.endswith(_CUT):
            raise ValueProblem(Message.of("cut_text", length=_LONGEST_CELL))
        if reader.found is None:
            _put(values, reader, _number(cell))
        elif reader.parse is not None:
            _put(values, reader, reader.parse(_typed(cell, reader), self._desk.context))
        else:
            self._read_link(values, reader, cell)

    def _read_link(self, values: RowValues, reader: _Reader, cell: Cell) -> None:
        found = reader.found
        if found is None:
            return
        references: list[RecordRef] = []
        for text in _texts(reader, cell):
            reference = self._reference(found, reader.use, text)
            if reference is None:
                values.later[reader.use.path] = cell_text(cell)
                return
            references.append(reference)
        relation = found.type.relation
        if relation == "many":
            _put(values, reader, tuple(each.id for each in references))
        elif references:
            _put(values, reader, references[0] if relation == "any" else references[0].id)

    def _reference(self, found: FieldModel, use: ColumnUse, text: str) -> RecordRef | None:
        hits = [
            RecordRef(target, record)
            for target in found.targets
            for record in self._finder.ids(target, use.match, text)
        ]
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise ValueProblem(Message.of("several_records", text=text[:_SHOWN], count=len(hits)))
        own = self.entity.name in found.targets and len(use.names) == 1
        if own and self._comes_later(use.match, text):
            return None
        raise ValueProblem(Message.of("no_such_record", text=text[:_SHOWN]))


def fitted(row: SheetRow, plan: ImportPlan) -> RowValues:
    """Return a row with no more cells than there are titles, or say that it has too many.

    A comma with a blank behind it, in a text that nobody put into quotes, makes a cell too many:
    where exactly so many cells begin with a blank, they belong to the cell before.
    """
    extra = row.cells[plan.width :]
    if not extra:
        return RowValues(row)
    torn = [
        index
        for index, cell in enumerate(row.cells)
        if index and isinstance(cell, str) and cell.startswith(" ")
    ]
    ends_blank = all(map(is_blank, extra))
    if plan.delimiter and len(torn) == len(extra) and not ends_blank:
        cells = list(row.cells)
        for index in reversed(torn):
            cells[index - 1] = f"{cell_text(cells[index - 1])}{plan.delimiter}{cells[index]}"
            del cells[index]
        texts = " | ".join(cell_text(cells[index - at - 1]) for at, index in enumerate(torn))
        notes = {"": [Message.of("cells_joined", text=texts[:_SHOWN])]}
        return RowValues(SheetRow(row.number, tuple(cells)), notes=notes)
    values = RowValues(row)
    if not ends_blank or (torn and plan.delimiter):
        values.refuse("", Message("more_cells_than_titles"))
    return values


def field_at(desk: Desk, entity: EntityModel, path: str) -> FieldModel:
    """Return the field at a path of a plan: of the entity, or of one of its lines."""
    first, _, rest = path.partition(".")
    if rest:
        return desk.model.lines_of(entity, first).fields[rest]
    return entity.fields[first]


def _cell(use: ColumnUse, row: SheetRow) -> Cell:
    cell = row.cells[use.index] if use.index < len(row.cells) else None
    return None if use.empty and isinstance(cell, str) and cell in use.empty else cell


def _texts(reader: _Reader, cell: Cell) -> list[str]:
    if is_blank(cell) or isinstance(cell, FaultyCell):
        return []
    text = cell_text(cell).strip()
    if reader.found is not None and reader.found.type.relation == "many":
        parts = text.split("\n") if "\n" in text else _SEPARATORS.split(text)
        return [each.strip() for each in parts if each.strip()]
    return [text]


def _put(values: RowValues, reader: _Reader, value: object) -> None:
    if reader.lines:
        values.lines.setdefault(reader.lines, {})[reader.name] = value
    else:
        values.head[reader.name] = value


def _number(cell: Cell) -> int:
    text = cell_text(cell).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 16:
        raise ValueProblem(Message.of("not_a_number", value=text[:_SHOWN]))
    return int(text)


def _typed(cell: Cell, reader: _Reader) -> object:
    if reader.is_moment and isinstance(cell, Decimal):
        return float(cell)  # days since 1900, as a workbook counts them
    return _by_pattern(cell, reader) if reader.use.pattern else cell


def _by_pattern(cell: Cell, reader: _Reader) -> Cell:
    if not isinstance(cell, str) or reader.found is None:
        return cell
    try:
        moment = datetime.strptime(cell.strip(), reader.use.pattern)
    except ValueError as error:
        raise ValueProblem(
            Message.of("not_the_pattern", value=cell[:_SHOWN], pattern=reader.use.pattern)
        ) from error
    kind = reader.found.value_type.kind
    narrowed: date | time | datetime = moment
    if kind == "date":
        narrowed = moment.date()
    elif kind == "time":
        narrowed = moment.time()
    return narrowed
