"""A checked tree → plain data that our script in the browser reads; values likewise, both ways.

A value that JSON has no like of is marked: ``["n", "12.50"]`` is a number, ``["d", "2026-01-31"]``
a day, ``["s", …]`` a moment in UTC. A node is a list, its kind first. The script holds no
expression of its own and runs no text: it walks these lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from cardwright_entities.expressions import moments
from cardwright_entities.expressions.numbers import number_of
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.expressions.values import RecordRef
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Literal,
    Membership,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
    Unary,
)
from cardwright_metadata.expressions.walking import operands

#: Plain data: what ``json.dumps`` takes.
Plain = Any

#: Functions that are nodes of their own: not all of their arguments are read, or not as values.
_OWN_NODES = frozenset({"if", "coalesce"})


def compile_javascript(
    tree: TypedExpression | Node,
    zone: ZoneInfo,
    entity_key: Callable[[str], str] = lambda name: name,
) -> Plain:
    """Return a tree that runs in the browser as plain data; what cannot raises ValueError.

    ``zone`` is where moments that were written without an offset are. ``entity_key`` gives what
    values name entities by.
    """
    tree = tree.tree if isinstance(tree, TypedExpression) else tree
    return _Compiling(zone, entity_key).node(tree)


def to_wire(value: object) -> Plain:
    """Return a value as plain data; what has no like on the other side is empty."""
    number = number_of(value)
    if number is not None:
        return ["n", format(number, "f")]
    match value:
        case str() | bool() | None:
            return value
        case datetime():
            stamp = value.astimezone(UTC).replace(tzinfo=None)
            return ["s", stamp.isoformat(" ", "microseconds")]
        case date():
            return ["d", value.isoformat()]
        case time():
            return ["m", value.isoformat("microseconds")]
        case timedelta():
            return ["u", value // timedelta(seconds=1)]
        case RecordRef():
            return ["r", value.entity, value.id]
        case moments.Period():
            return ["p", value.first.isoformat(), value.last.isoformat()]
        case list() | tuple() | frozenset() | set():
            return ["l", *map(to_wire, value)]
    return None


def from_wire(raw: Plain) -> object:
    """Return the value of plain data that the script has written."""
    if not isinstance(raw, list):
        return raw
    return _READERS[raw[0]](*raw[1:])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _items(*items: Plain) -> tuple[object, ...]:
    return tuple(map(from_wire, items))


_READERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "n": Decimal,
        "d": date.fromisoformat,
        "s": _moment,
        "m": time.fromisoformat,
        "u": lambda seconds: timedelta(seconds=seconds),
        "r": RecordRef,
        "l": _items,
    }
)


@dataclass(frozen=True)
class _Compiling:
    zone: ZoneInfo
    entity_key: Callable[[str], str]

    def node(self, node: Node) -> Plain:
        return _COMPILERS[type(node)](self, node)

    def literal(self, node: Literal) -> Plain:
        value = node.value
        if isinstance(value, datetime):
            value = moments.aware(value, self.zone)
        return ["literal", to_wire(None if value == "" else value)]

    def path(self, node: Path) -> Plain:
        return ["path", node.root, *node.names]

    def unary(self, node: Unary) -> Plain:
        return ["not" if node.operator == "not" else "minus", self.node(node.operand)]

    def binary(self, node: Binary) -> Plain:
        if node.operator in ("and", "or"):
            return [node.operator, *map(self.node, operands(node, node.operator))]
        if node.operator == "under":
            raise ValueError(node.operator)
        return ["binary", node.operator, self.node(node.left), self.node(node.right)]

    def membership(self, node: Membership) -> Plain:
        return ["in", node.negated, self.node(node.operand), *map(self.node, node.items)]

    def between(self, node: Between) -> Plain:
        return ["between", *map(self.node, (node.operand, node.low, node.high))]

    def emptiness(self, node: Emptiness) -> Plain:
        return ["empty", node.negated, self.node(node.operand)]

    def type_test(self, node: TypeTest) -> Plain:
        return ["is", node.negated, self.node(node.operand), self.entity_key(node.entity)]

    def related(self, node: Related) -> Plain:
        inner = (None if each is None else self.node(each) for each in (node.value, node.where))
        return ["related", node.quantifier, self.path(node.path), *inner]

    def record_at(self, node: RecordAt) -> Plain:
        parts = (self.path(node.records), self.node(node.day), self.path(node.value))
        return ["at", *parts, node.first, node.last]

    def call(self, node: Call) -> Plain:
        if node.function == "record":
            entity = node.arguments[0]
            name = str(entity.value) if isinstance(entity, Literal) else ""
            return ["record", self.entity_key(name), self.node(node.arguments[-1])]
        arguments = map(self.node, node.arguments)
        if node.function in _OWN_NODES:
            return [node.function, *arguments]
        return ["call", node.function, *arguments]


_COMPILERS: Mapping[type, Callable[[_Compiling, Any], Plain]] = MappingProxyType(
    {
        Literal: _Compiling.literal,
        Path: _Compiling.path,
        Unary: _Compiling.unary,
        Binary: _Compiling.binary,
        Membership: _Compiling.membership,
        Between: _Compiling.between,
        Emptiness: _Compiling.emptiness,
        TypeTest: _Compiling.type_test,
        Related: _Compiling.related,
        RecordAt: _Compiling.record_at,
        Call: _Compiling.call,
    }
)
