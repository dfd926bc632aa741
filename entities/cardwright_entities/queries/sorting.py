"""Sort keys and pages by key: empty first ascending, last descending, the id decides ties."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Text,
    and_,
    false,
    literal,
    or_,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeEngine

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.sql import compile_order
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.measures import base_path
from cardwright_entities.queries.names import RecordNames
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Path

#: Sort keys at most; more say nothing to people and defeat every index.
MOST_KEYS = 4

#: Records that are put in order for one page at most, where no index has them in order.
SORTED_AT_MOST = 100_000


@dataclass(frozen=True)
class SortKey:
    """One column to sort by; ``nullable`` tells whether it may be empty."""

    column: ColumnElement[Any]
    descending: bool
    nullable: bool

    def ordering(self, dialect: str) -> ColumnElement[Any]:
        """Return the ORDER BY term; SQLite already puts empty first ascending."""
        term = self.column.desc() if self.descending else self.column.asc()
        if dialect == "postgresql":
            # Declared like the indexes, so that a page walks one instead of sorting the table.
            return term.nulls_last() if self.descending else term.nulls_first()
        return term


def sort_keys(names: RecordNames, sort: Sequence[SortDefinition]) -> tuple[SortKey, ...]:
    """Return the keys of a sort with the id last."""
    if len(sort) > MOST_KEYS:
        raise QueryError(Message.of("too_many_sort_keys", most=MOST_KEYS))
    keys = [_key(names, each) for each in sort]
    descending = keys[-1].descending if keys else True
    keys.append(SortKey(names.source.c["id"], descending, nullable=False))
    return tuple(keys)


def _key(names: RecordNames, sort: SortDefinition) -> SortKey:
    path = tuple(sort.path.split("."))
    found, _ = names.cells(path)
    if found.type.relation == "one" and found.targets:
        target = names.reading.model.entity(found.targets[0])
        if target.title is not None and names.reading.has_field(target, target.title.name):
            further = f"{sort.path}.{target.title.name}"
            return _key(names, SortDefinition(path=further, descending=sort.descending))
    if not found.type.sortable:
        raise QueryError(Message.of("not_sortable", name=sort.path))
    system = len(path) == 1 and found.name in ("id", "version", "created_at", "changed_at")
    return SortKey(_term(names, path, found), sort.descending, nullable=not system)


def _term(names: RecordNames, path: tuple[str, ...], found: FieldModel) -> ColumnElement[Any]:
    if found.columns:
        return names.cells(path, by_key=True)[1][0]
    term = compile_order(Path(base_path(names, found, path)), names)
    return type_coerce(term, Text()) if isinstance(term.type, NullType) else term


def is_in_order(names: RecordNames, keys: Sequence[SortKey]) -> bool:
    """Tell whether an index already has the records in the order of the first key."""
    first = keys[0].column
    own = isinstance(first, ColumnClause) and first.table is names.source
    return own and first.name in names.entity.sorted_columns


def after_condition(keys: Sequence[SortKey], values: Sequence[object]) -> ColumnElement[bool]:
    """Return what lies behind the given key values in the order of the keys."""
    same = {key.descending for key in keys}
    if len(same) == 1 and not any(key.nullable for key in keys):
        left = tuple_(*(key.column for key in keys))
        right = tuple_(
            *(type_coerce(value, key.column.type) for key, value in zip(keys, values, strict=True))
        )
        return left < right if keys[0].descending else left > right
    branches: list[ColumnElement[bool]] = []
    for index in range(len(keys)):
        equal = [
            _equals(key, value) for key, value in zip(keys[:index], values[:index], strict=True)
        ]
        branches.append(and_(*equal, _behind(keys[index], values[index])))
    return or_(*branches)


def _equals(key: SortKey, value: object) -> ColumnElement[bool]:
    return key.column.is_(None) if value is None else key.column == _bound(key, value)


def _behind(key: SortKey, value: object) -> ColumnElement[bool]:
    if key.descending:
        if value is None:
            return false()
        smaller = key.column < _bound(key, value)
        return or_(smaller, key.column.is_(None)) if key.nullable else smaller
    return key.column.is_not(None) if value is None else key.column > _bound(key, value)


def _bound(key: SortKey, value: object) -> ColumnElement[Any]:
    # As a parameter of the column's type: a bare True cannot be compared by order.
    return literal(value, key.column.type)


class Cursors:
    """Signed places in a list, bound to what was asked and who asked."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, binding: str, values: Sequence[object]) -> str:
        """Return an opaque text for the place behind the given key values."""
        body = json.dumps([_plain(value) for value in values], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._sign(binding, body) + body).decode().rstrip("=")

    def read(self, binding: str, cursor: str, types: Sequence[TypeEngine[Any]]) -> list[object]:
        """Return the key values of a cursor; raise QueryError for one made for something else."""
        try:
            padded = cursor.encode() + b"=" * (-len(cursor) % 4)
            content = base64.b64decode(padded, altchars=b"-_", validate=True)
        except ValueError as error:
            raise QueryError(Message.of("bad_cursor")) from error
        signature, body = content[:16], content[16:]
        if not hmac.compare_digest(signature, self._sign(binding, body)):
            raise QueryError(Message.of("bad_cursor"))
        values = json.loads(body)
        if len(values) != len(types):
            raise QueryError(Message.of("bad_cursor"))
        return [_value(each) for each in values]

    def _sign(self, binding: str, body: bytes) -> bytes:
        return hmac.new(self._secret, binding.encode() + b"\0" + body, hashlib.sha256).digest()[:16]


def _plain(value: object) -> object:
    match value:
        case bool() | int() | str() | None:
            return value
        case Decimal():
            return {"n": str(value)}
        case datetime():
            return {"m": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case time():
            return {"t": value.isoformat()}
        case _:
            return str(value)


def _value(plain: object) -> object:
    if not isinstance(plain, dict):
        return plain
    (kind, text), *_ = plain.items()
    match kind:
        case "n":
            return Decimal(text)
        case "m":
            return datetime.fromisoformat(text)
        case "d":
            return date.fromisoformat(text)
        case _:
            return time.fromisoformat(text)
