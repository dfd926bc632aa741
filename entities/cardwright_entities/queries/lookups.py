"""Look-ups: the first record of an entity under a condition, read with its reader's rights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    and_,
    select,
)
from sqlalchemy.types import TypeEngine

from cardwright_entities.errors import QueryError
from cardwright_entities.expressions.sql import compile_condition
from cardwright_entities.expressions.sql_operands import Column, column_operand, type_of_value
from cardwright_entities.expressions.sql_types import ExactDecimal
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.known_links import compared_with_known
from cardwright_entities.queries.names import RecordNames, names_over
from cardwright_entities.queries.page_columns import page_columns, row_reader
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sorting import sort_keys
from cardwright_entities.queries.sources import Joins
from cardwright_entities.store.bound_tables import table_of
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Call, Find, Literal, Membership, Node, Path, Unary
from cardwright_metadata.expressions.walking import rebuild

_ASKERS = frozenset({"$record", "$self", "$head", "$old", "$each", "$ask", "$mail"})

#: The root under which a statement finds the rows of those who ask.
_ROW = "$record"
#: Records that one statement asks of whether a condition holds for them.
_TOGETHER = 500
#: Kinds of values that many may ask with in one statement.
_SQL_TYPES: Mapping[type, Callable[[], TypeEngine[Any]]] = MappingProxyType(
    {bool: Boolean, int: BigInteger, str: Text, Decimal: ExactDecimal, date: Date}
)

#: Gives the value at a path of the record that asks.
Asker = Callable[[Path], object]


def look_up(
    session: Session, reading: Reading, node: Find, asker: Asker, own: int | None = None
) -> object:
    """Return what a checked look-up finds: a value, for ``exists`` whether there is a record.

    What the reader must not see is not there: no record, no field, no difference between them.
    Without a sort the newest record is the first. ``own`` is the record that asks, if it is one
    of those looked at: it never finds itself.
    """
    where = None if node.where is None else bound_to(node.where, asker)
    request = PageRequest(entity=node.entity, where=where)
    path = ".".join(node.value.names) or "id"
    try:
        names, condition = open_records(reading, reading.model.entity(node.entity), request)
        columns, missing = page_columns(names, (path,))
        if missing or not columns:
            return False if node.tests else None
        cells = [cell for column in columns for cell in column.cells]
        statement = _statement(names, cells, node)
    except QueryError:
        return False if node.tests else None
    if own is not None:
        statement = statement.where(names.source.c["id"] != own)
    row = session.row(statement.where(condition).limit(1))
    if node.tests:
        return row is not None
    return None if row is None else row_reader(columns)(row).values[path]


class Asked(NamedTuple):
    """What one record asks a look-up: its values at the paths, and itself if it is looked at."""

    values: tuple[object, ...]
    own: int | None = None

    @property
    def form(self) -> tuple[type | None, ...]:
        """Return of which kinds the values are: those alike may ask in one statement."""
        return (*map(type, self.values), type(self.own))


def asked_paths(node: Find) -> tuple[Path, ...]:
    """Return the paths of the asking record that a look-up depends on."""
    paths = () if node.where is None else paths_of(node.where)
    return tuple(dict.fromkeys(each for each in paths if each.root in _ASKERS))


def may_ask_together(asked: Asked) -> bool:
    """Tell whether the values are such that a statement takes them as a row of a table."""
    return all(value is None or type(value) in _SQL_TYPES for value in asked.values)


def look_up_many(
    session: Session, reading: Reading, node: Find, every: Sequence[Asked]
) -> list[object] | None:
    """Return what ``look_up`` finds for records that ask in one form, None if it takes each alone.

    One statement finds the records, one reads their values.
    """
    try:
        names, condition = open_records(
            reading, reading.model.entity(node.entity), PageRequest(entity=node.entity)
        )
        table = _table_of(session, every)
        paths = asked_paths(node)
        names.roots = {_ROW: lambda path: _cell_of(table, path[0], every[0], names.dialect)}
        if node.where is not None:
            where = _placed(node.where, paths, every[0])
            condition = and_(condition, compile_condition(where, names))
        chosen = _statement(names, [], node).where(condition)
    except QueryError:
        return None
    if every[0].own is not None:
        chosen = chosen.where(names.source.c["id"] != table.c["own"])
    first = chosen.limit(1).correlate(table).scalar_subquery()
    rows = session.rows(select(table.c["n"], first))
    found = {int(number): None if record is None else int(record) for number, record in rows}
    if node.tests:
        return [found[number] is not None for number in range(len(every))]
    values = _values_of(session, reading, node, {each for each in found.values() if each})
    return [values.get(found[number] or 0) for number in range(len(every))]


def _table_of(session: Session, every: Sequence[Asked]) -> CTE:
    """Return the rows of those who ask as a table: a number, the values that are not empty."""
    names = [f"a{index}" for index, value in enumerate(every[0].values) if value is not None]
    types = [_SQL_TYPES[type(value)]() for value in every[0].values if value is not None]
    rows = [
        (number, each.own or 0, *(value for value in each.values if value is not None))
        for number, each in enumerate(every)
    ]
    columns = [("n", Integer()), ("own", BigInteger()), *zip(names, types, strict=True)]
    return table_of(session.connection.dialect, "asked", columns, rows)


def _cell_of(table: CTE, name: str, like: Asked, dialect: str) -> Column:
    kind = type_of_value(like.values[int(name[1:])])
    return replace(column_operand(table.c[name], kind, dialect), given=True)


def _placed(node: Node, paths: Sequence[Path], like: Asked) -> Node:
    """Return a condition with the columns of the asking rows in it."""
    # Links to any entity that have a value ask each alone, so those here are empty.
    if (reference := compared_with_known(node, _ASKERS, lambda _: None)) is not None:
        return reference
    if isinstance(node, Path) and node.root in _ASKERS:
        index = paths.index(node)
        if like.values[index] is None:
            return Literal(None, at=node.at)
        return Path((f"a{index}",), _ROW, at=node.at)
    return rebuild(node, lambda each: _placed(each, paths, like))


def _values_of(
    session: Session, reading: Reading, node: Find, ids: Collection[int]
) -> dict[int, object]:
    path = ".".join(node.value.names) or "id"
    names = names_over(reading, reading.model.entity(node.entity))
    columns, missing = page_columns(names, (path,))
    if missing or not columns or not ids:
        return {}
    cells = [cell for each in columns for cell in each.cells]
    statement = _selected(names, cells).where(names.source.c["id"].in_(sorted(ids)))
    read = row_reader(columns)
    return {row.id: row.values[path] for row in map(read, session.rows(statement))}


def candidates(
    session: Session, reading: Reading, entity: str, where: Node | None, most: int
) -> list[int]:
    """Return the ids of the first records that a reader may choose, by their titles."""
    request = PageRequest(entity=entity, where=where)
    model = reading.model.entity(entity)
    try:
        names, condition = open_records(reading, model, request)
        title = model.title
        sort = (SortDefinition(path=title.name),) if title is not None else ()
        order = [key.ordering(names.dialect) for key in sort_keys(names, sort)]
        statement = _selected(names, []).where(condition).order_by(*order).limit(most)
    except QueryError:
        return []
    return [int(row[0]) for row in session.rows(statement)]


def fulfilling(
    session: Session, reading: Reading, entity: str, where: Node, ids: Collection[int]
) -> set[int]:
    """Return those of some records for which a condition holds."""
    every, found = sorted(ids), set[int]()
    for start in range(0, len(every), _TOGETHER):
        some = tuple(every[start : start + _TOGETHER])
        request = PageRequest(entity=entity, where=where, ids=some)
        names, condition = open_records(reading, reading.model.entity(entity), request)
        rows = session.rows(_selected(names, []).where(condition))
        found.update(int(row[0]) for row in rows)
    return found


def _statement(
    names: RecordNames, cells: list[ColumnElement[object]], node: Find
) -> Select[tuple[object, ...]]:
    order = () if node.tests else sort_keys(names, tuple(map(_sort_of, node.order)))
    return _selected(names, cells).order_by(*(key.ordering(names.dialect) for key in order))


def _selected(names: RecordNames, cells: list[ColumnElement[object]]) -> Select[tuple[object, ...]]:
    source = names.source.c["id"]
    return select(source, *cells).select_from(cast(Joins, names.joins).clause)


def _sort_of(node: Node) -> SortDefinition:
    descending = isinstance(node, Unary)
    path = node.operand if isinstance(node, Unary) else node
    return SortDefinition(path=".".join(cast(Path, path).names), descending=descending)


def bound_to(node: Node, asker: Asker) -> Node:
    """Return a condition with the values of the asking record in it."""
    if isinstance(node, Path) and node.root in _ASKERS:
        return _literal(asker(node), node.at)
    if (reference := compared_with_known(node, _ASKERS, asker)) is not None:
        return reference
    if isinstance(node, Membership):
        items = (each for item in node.items for each in _items(item, asker))
        node = replace(node, items=tuple(items))
    return rebuild(node, lambda each: bound_to(each, asker))


def _items(item: Node, asker: Asker) -> Iterator[Node]:
    """Yield what a list of the asking record holds; other items stay as they are."""
    value = asker(item) if isinstance(item, Path) and item.root in _ASKERS else None
    if not isinstance(value, tuple | list | set | frozenset):
        yield item
        return
    for each in value:
        yield _literal(each, item.at)
    if not value:
        yield Literal(None, at=item.at)


def _literal(value: object, at: int) -> Node:
    match value:
        case RecordRef():
            given = (Literal(value.entity, at=at), Literal(Decimal(value.id), at=at))
            return Call("record", given, at=at)
        case bool():
            return Literal(value, at=at)
        case int():
            return Literal(Decimal(value), at=at)
        case str() | Decimal() | date() | datetime() | time():
            return Literal(value, at=at)
    return Literal(None, at=at)
