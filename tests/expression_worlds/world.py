"""A small world of things with lines, the same in Python and in a database of either engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Engine,
    FromClause,
    MetaData,
    Table,
    Text,
    Time,
    and_,
    exists,
    insert,
    select,
)

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    TEXT,
    TEXTS,
    TIME,
    RecordRef,
    ValueType,
    record_of,
)
from cardwright_entities.store.column_types import Scaled, Texts, UtcDateTime
from cardwright_metadata.expressions.tree import Path

CONTEXT = Context(
    SYSTEM, datetime(2026, 3, 31, 20, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), "zh"
)

THING: Mapping[str, ValueType] = {
    "id": record_of("thing"),
    "price": ValueType("decimal", scale=2),
    "rate": ValueType("decimal", scale=4),
    "number": INTEGER,
    "name": TEXT,
    "note": TEXT,
    "open": BOOLEAN,
    "due": DATE,
    "since": DATE,
    "at": DATETIME,
    "until": DATETIME,
    "hour_of_day": TIME,
    "tags": TEXTS,
    "parent": record_of("thing", tree=True),
    "company": ValueType("record"),
    "owner": ValueType("record"),
}
LINE: Mapping[str, ValueType] = {
    "id": record_of("line"),
    "head": record_of("thing"),
    "amount": ValueType("decimal", scale=2),
    "quantity": INTEGER,
    "word": TEXT,
    "day": DATE,
    "last": DATE,
}
#: Lines are valid from one day to another.
PERIODS = {"line": ("day", "last")}
TYPES = {"thing": THING, "line": LINE}
KEYS = {"thing": "k-thing", "customer": "k-customer", "employee": "k-employee"}
VARIABLES: Mapping[str, object] = {
    "$me": RecordRef("k-employee", 3),
    "$user": 7,
    "$contact": None,
    "$my_department": None,
    "$my_subordinates": (RecordRef("k-employee", 4), RecordRef("k-employee", 5)),
    "$setting.least": Decimal("10.5"),
    "$setting.nothing": None,
}
VARIABLE_TYPES: Mapping[str, ValueType] = {
    "$me": record_of("employee"),
    "$user": record_of("user"),
    "$contact": record_of("thing"),
    "$my_department": record_of("department"),
    "$my_subordinates": ValueType("list", item=record_of("employee")),
    "$setting.least": DECIMAL,
    "$setting.nothing": DECIMAL,
}

_METADATA = MetaData()
_COLUMNS: Mapping[str, Any] = {
    "text": Text, "boolean": Boolean, "date": Date, "datetime": UtcDateTime, "time": Time,
    "record": BigInteger, "list": Texts,
}  # fmt: skip


def _columns(types: Mapping[str, ValueType]) -> list[Column[Any]]:
    found: list[Column[Any]] = []
    for name, type_ in types.items():
        if type_.kind == "decimal":
            held: Any = BigInteger() if type_.scale == 0 else Scaled(type_.scale)
        else:
            held = _COLUMNS[type_.kind]()
        found.append(Column(name, held, primary_key=name == "id", autoincrement=False))
        if type_.kind == "record" and not type_.entity:
            found.append(Column(f"{name}_type", Text()))
    return found


TABLES = {name: Table(name, _METADATA, *_columns(types)) for name, types in TYPES.items()}


@cache
def _alias(entity: str, depth: int) -> FromClause:
    """Return a table under another name, made once: making one takes long."""
    return TABLES[entity].alias(f"{entity}_{depth}")


@dataclass
class Record:
    """One thing or line with its values, as ``Values`` of the evaluator."""

    entity: str
    values: Mapping[str, object]
    world: Mapping[int, Record] = field(default_factory=dict)
    lines: Sequence[Record] = ()

    def value(self, path: Path) -> object:
        if not path.names:
            return self.values["id"]
        found = self._own(path.names[0])
        for name in path.names[1:]:
            target = self.world.get(found) if isinstance(found, int) else None
            if target is None:
                return None
            found = target._own(name)
        return found

    def _own(self, name: str) -> object:
        return self.values.get(name)

    def related(self, path: Path) -> Sequence[Record]:
        if path.names != ("lines",):
            raise UnknownNameError(path.names[0])
        return self.lines

    def variable(self, name: str) -> object:
        return VARIABLES[name]

    def entity_key(self, name: str) -> str:
        return KEYS[name]

    def is_under(self, value: object, operand: object) -> bool:
        current = self.world.get(value) if isinstance(value, int) else None
        seen = 0
        while current is not None and seen < 20:
            if current.values["id"] == operand:
                return True
            parent = current.values["parent"]
            current = self.world.get(parent) if isinstance(parent, int) else None
            seen += 1
        return False


@dataclass
class Names:
    """Names of one source in a statement; a link is followed by a scalar subquery."""

    dialect: str
    entity: str
    source: FromClause
    context: Context = CONTEXT
    depth: int = 0

    def column(self, path: Path) -> tuple[ColumnElement[Any], ValueType]:
        name, *rest = path.names or ("id",)
        type_ = TYPES[self.entity][name]
        if not rest:
            return self.source.c[name], type_
        inside = self.inside(type_.entity)
        target = inside.source
        inner, inner_type = inside.column(Path(tuple(rest)))
        found = (
            select(inner)
            .where(target.c.id == self.source.c[name])
            .correlate(self.source)
            .scalar_subquery()
        )
        return found, inner_type

    def type_column(self, path: Path) -> ColumnElement[Any]:
        return self.source.c[f"{path.names[0]}_type"]

    def entity_key(self, name: str) -> str:
        return KEYS[name]

    def variable(self, name: str) -> object:
        return VARIABLES[name]

    def root_value(self, path: Path) -> object:
        return {"name": "华为", "price": Decimal("12.50"), "parent": 2}[path.names[0]]

    def under(self, path: Path, operand: object) -> ColumnElement[bool]:
        thing = TABLES["thing"].alias()
        tree = select(thing.c.id.label("id")).where(thing.c.id == operand).cte(recursive=True)
        below = TABLES["thing"].alias()
        tree = tree.union(select(below.c.id).where(below.c.parent == tree.c.id))
        return self.source.c[path.names[0]].in_(select(tree.c.id))

    def related(self, path: Path) -> Rows:
        if path.names != ("lines",):
            raise UnknownNameError(path.names[0])
        return Rows(self, self.inside("line"))

    def inside(self, entity: str) -> Names:
        """Return the names of a subquery."""
        alias = _alias(entity, self.depth + 1)
        return Names(self.dialect, entity, alias, depth=self.depth + 1)


@dataclass
class Rows:
    """The lines of a thing in a statement."""

    outer: Names
    names: Names

    def _where(self, condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
        own = self.names.source.c.head == self.outer.source.c.id
        return own if condition is None else and_(own, condition)

    def exists(self, condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
        return exists(
            select(self.names.source.c.id)
            .where(self._where(condition))
            .correlate(self.outer.source)
        )

    def scalar(
        self, value: ColumnElement[Any], condition: ColumnElement[bool] | None
    ) -> ColumnElement[Any]:
        return (
            select(value)
            .select_from(self.names.source)
            .where(self._where(condition))
            .correlate(self.outer.source)
            .scalar_subquery()
        )

    def first(
        self,
        value: ColumnElement[Any],
        condition: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]],
    ) -> ColumnElement[Any]:
        return (
            select(value)
            .select_from(self.names.source)
            .where(self._where(condition))
            .order_by(*order)
            .limit(1)
            .correlate(self.outer.source)
            .scalar_subquery()
        )


@dataclass(frozen=True)
class Scope:
    """The types of names in this world."""

    entity: str = "thing"

    def type_of(self, path: Path) -> ValueType:
        dotted = ".".join((path.root, *path.names)) if path.root else ""
        if dotted in VARIABLE_TYPES:
            return VARIABLE_TYPES[dotted]
        if path.root == "$record":
            return Scope("thing").type_of(Path(path.names))
        if not path.names and not path.root:
            return TYPES[self.entity]["id"]
        name, *rest = path.names or ("",)
        types = TYPES[self.entity]
        if path.root or name not in types:
            near = "price" if name == "pirce" else ""
            raise UnknownNameError(name or path.root, near)
        if not rest:
            return types[name]
        if types[name].entity not in TYPES:
            raise UnknownNameError(rest[0])
        return Scope(types[name].entity).type_of(Path(tuple(rest)))

    def related(self, path: Path) -> Scope:
        if path.names != ("lines",):
            raise UnknownNameError(path.names[0])
        return Scope("line")

    def found(self, entity: str) -> Scope:
        if entity not in TYPES:
            raise UnknownNameError(entity, "thing" if entity == "thnig" else "")
        return Scope(entity)

    def ledger(self, name: str) -> dict[str, ValueType]:
        raise UnknownNameError(name)

    def period(self) -> tuple[str, str] | None:
        return PERIODS.get(self.entity)

    def is_entity(self, name: str) -> bool:
        return name in KEYS


def fill(engine: Engine, records: Sequence[Record]) -> None:
    """Create the tables and put in the records with their lines."""
    with engine.connect() as connection, connection.begin():
        _METADATA.create_all(connection)
        for record in records:
            _insert(connection, record)
            for line in record.lines:
                _insert(connection, line)


def _insert(connection: Connection, record: Record) -> None:
    row: dict[str, object] = {}
    for name, value in record.values.items():
        reference = value if isinstance(value, RecordRef) else None
        type_ = TYPES[record.entity][name]
        if isinstance(value, Decimal) and type_.scale == 0:
            value = int(value)
        row[name] = reference.id if reference else value
        if type_.kind == "record" and not type_.entity:
            row[f"{name}_type"] = reference.entity if reference else None
    connection.execute(insert(TABLES[record.entity]), row)


def as_held(value: object) -> object:
    """Return a value as both back ends give it, for comparing."""
    if isinstance(value, RecordRef):
        return value.id
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value
