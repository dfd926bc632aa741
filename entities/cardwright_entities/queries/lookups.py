"""Look-ups: the first record of an entity under a condition, read with its reader's rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import cast

from sqlalchemy import ColumnElement, Select, select

from cardwright_entities.errors import QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.page_columns import page_columns, row_reader
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sorting import sort_keys
from cardwright_entities.queries.sources import Joins
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Call, Find, Literal, Membership, Node, Path, Unary
from cardwright_metadata.expressions.walking import rebuild

_ASKERS = frozenset({"$record", "$self", "$head", "$old", "$each", "$ask"})

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
