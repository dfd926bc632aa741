"""Records of several entities in one order, page by page: one statement finds where they stand.

Each entity gives as many records as a page takes, by its own indexes and with its own rights; the
database puts them in order together. Between equal ones the entity decides, then the id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import (
    cast as sql_cast,
)

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.names import RecordNames, names_over
from cardwright_entities.queries.page_columns import page_columns
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sorting import Cursors, SortKey, after_condition, sort_keys
from cardwright_entities.queries.sources import Joins
from cardwright_entities.store.column_types import Scaled
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.text import write


@dataclass(frozen=True)
class Places:
    """Records by entity and id, in their order; ``next`` is the cursor to what follows."""

    records: tuple[tuple[str, int], ...]
    next: str = ""


@dataclass(frozen=True, eq=False)
class _Branch:
    """The records of one entity: their condition, and the keys they are put in order by."""

    names: RecordNames
    condition: ColumnElement[bool]
    keys: tuple[SortKey, ...]  #: those of the sort, the entity's rank, the id

    @property
    def clause(self) -> FromClause:
        return cast(Joins, self.names.joins).clause


def read_places(
    session: Session, reading: Reading, requests: Sequence[PageRequest], cursors: Cursors
) -> Places:
    """Return which records stand on a page, in one statement; raise QueryError.

    The requests differ in entity and condition alone. What a reader may not see of one of the
    entities puts none in order.
    """
    first = requests[0]
    sort = readable_order(reading, requests)
    branches = _alike(
        [_branch(reading, replace(each, sort=sort), at) for at, each in enumerate(requests)], sort
    )
    binding = _binding(reading, requests)
    if first.after:
        types = [key.column.type for key in branches[0].keys]
        values = cursors.read(binding, first.after, types)
        branches = [
            replace(each, condition=and_(each.condition, after_condition(each.keys, values)))
            for each in branches
        ]
    found = session.rows(_statement(branches, first.limit + 1))
    shown = found[: first.limit]
    follows = cursors.write(binding, list(shown[-1])) if len(found) > first.limit else ""
    names = [each.entity for each in requests]
    return Places(tuple((names[row[-2]], int(row[-1])) for row in shown), follows)


def readable_order(reading: Reading, requests: Sequence[PageRequest]) -> tuple[SortDefinition, ...]:
    """Return what of a sort the reader may see of each of the entities."""
    entities = [reading.model.entity(each.entity) for each in requests]
    return tuple(
        key
        for key in requests[0].sort
        if all(reading.can_read(each, tuple(key.path.split("."))) for each in entities)
    )


def fields_of(
    reading: Reading, entity: EntityModel, paths: Sequence[str]
) -> Mapping[str, FieldModel]:
    """Return in which field each path ends as the reader sees it, without what he does not see."""
    columns, _ = page_columns(names_over(reading, entity), paths, masked=True)
    return {each.path: each.field for each in columns}


def _branch(reading: Reading, request: PageRequest, rank: int) -> _Branch:
    names, condition = open_records(reading, reading.model.entity(request.entity), request)
    *keys, identity = sort_keys(names, request.sort)
    ranked = [_by_choice(names, each, key) for each, key in zip(request.sort, keys, strict=True)]
    here = SortKey(literal(rank, Integer()), identity.descending, nullable=False)
    return _Branch(names, condition, (*ranked, here, identity))


def _by_choice(names: RecordNames, sort: SortDefinition, key: SortKey) -> SortKey:
    """Return a key that puts choices in the order in which they are defined."""
    field, _ = names.cells(tuple(sort.path.split(".")))
    if field.type.cell != "pill" or field.value_type.kind != "text":
        return key
    codes = list(choices_of(field.definition))
    if not codes:
        return key
    ranks = {code: literal(rank, Integer()) for rank, code in enumerate(codes)}
    unknown = case((key.column.is_not(None), literal(len(codes), Integer())))
    return replace(key, column=case(ranks, value=key.column, else_=unknown))


def _alike(branches: Sequence[_Branch], sort: Sequence[SortDefinition]) -> list[_Branch]:
    """Return the branches with keys that are compared with each other as they are stored."""
    dialect = branches[0].names.dialect
    made: list[list[SortKey]] = [list(each.keys) for each in branches]
    for at, each in enumerate(sort):
        columns = _of_one_kind([keys[at].column for keys in made], dialect)
        if columns is None:
            raise QueryError(Message.of("not_sortable", name=each.path))
        for keys, column in zip(made, columns, strict=True):
            keys[at] = replace(keys[at], column=column)
    return [replace(branch, keys=tuple(keys)) for branch, keys in zip(branches, made, strict=True)]


def _of_one_kind(
    columns: list[ColumnElement[Any]], dialect: str
) -> list[ColumnElement[Any]] | None:
    """Return columns of one type, decimals of one scale; None for what cannot be compared."""
    if len({type(each.type) for each in columns}) > 1:
        return None
    scales = [each.type.scale for each in columns if isinstance(each.type, Scaled)]
    if len(set(scales)) < 2:
        return columns
    most = max(scales)
    return [
        _scaled(column, most - scale, most, dialect)
        for column, scale in zip(columns, scales, strict=True)
    ]


def _scaled(
    column: ColumnElement[Any], further: int, scale: int, dialect: str
) -> ColumnElement[Any]:
    if dialect == "postgresql":
        return type_coerce(column, Scaled(scale))
    # There a decimal is a whole number of its smallest parts.
    parts = sql_cast(type_coerce(column, BigInteger()), BigInteger()) * 10**further
    return type_coerce(parts, Scaled(scale))


def _statement(branches: Sequence[_Branch], limit: int) -> Select[Any]:
    there = [_nearest(each, limit).subquery() for each in branches]
    together = union_all(*(select(*each.c) for each in there)).subquery()
    keys = branches[0].keys
    order = (
        replace(key, column=column).ordering(branches[0].names.dialect)
        for key, column in zip(keys, together.c, strict=True)
    )
    return select(*together.c).order_by(*order).limit(limit)


def _nearest(branch: _Branch, limit: int) -> Select[Any]:
    """Return the records of one entity that could stand on the page."""
    *own, here, identity = branch.keys
    dialect = branch.names.dialect
    columns = (key.column.label(f"key_{at}") for at, key in enumerate((*own, here, identity)))
    return (
        select(*columns)
        .select_from(branch.clause)
        .where(branch.condition)
        .order_by(*(key.ordering(dialect) for key in (*own, identity)))
        .limit(limit)
    )


def _binding(reading: Reading, requests: Sequence[PageRequest]) -> str:
    principal = reading.context.principal
    asked = repr(
        (
            [
                (each.entity, write(each.where) if each.where is not None else "")
                for each in requests
            ],
            [(each.path, each.descending) for each in requests[0].sort],
            principal.account,
            principal.kind,
            sorted(principal.roles),
        )
    )
    return hashlib.sha256(asked.encode()).hexdigest()
