"""A tree → the text that parses into the same tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType

from cardwright_metadata.expressions.functions import AGGREGATES, AT, FUNCTIONS
from cardwright_metadata.expressions.names import dotted, is_label
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Find,
    Literal,
    Membership,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
    Unary,
    type_of_literal,
)
from cardwright_metadata.expressions.walking import chain, operands

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGNED, _PRIMARY = range(8)
_STRENGTHS = {
    "or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT,
}  # fmt: skip


def write(
    node: Node, language: str = "en", labels: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the shortest usual spelling, in half-width signs and the words of a language.

    ``labels`` gives what fields are called, by their dotted way from the record: ``customer``,
    ``customer.region``, ``items.amount``; a field without one is written by its name.
    """
    return _Writing(_WORDS.get(language, _WORDS["en"]), language, labels).write(node, _OR)


#: Words of the language as they are written in others; those not here stay as they are.
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType({"to": "and"}),
        "zh": MappingProxyType(
            {
                "and": "且", "or": "或", "not": "非", "in": "属于", "not in": "不属于",
                "between": "介于", "to": "至", "is": "是", "is not": "不是", "is empty": "为空",
                "is not empty": "不为空", "contains": "包含", "starts": "开头是",
                "under": "隶属于", "any": "任一", "none": "均无", "all": "全部", "where": "其中",
                "true": "真", "false": "假", "null": "空",
            }
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class _Writing:
    """One text in the making; ``way`` is that to the records of which a question asks."""

    words: Mapping[str, str]
    language: str
    labels: Mapping[str, str]
    way: tuple[str, ...] = ()

    def say(self, word: str) -> str:
        return self.words.get(word, word)

    def function(self, name: str) -> str:
        if self.language != "zh":
            return name
        return FUNCTIONS[name].chinese[0] if name in FUNCTIONS else AGGREGATES[name][0]

    def literal(self, value: type_of_literal) -> str:
        return (
            self.say(write_literal(value))
            if value is None or isinstance(value, bool)
            else write_literal(value)
        )

    def _name(self, path: Path, index: int) -> str:
        name = path.names[index]
        if not is_label(name):
            label = self.labels.get(".".join((*self.way, *path.names[: index + 1])))
            if label is None or (path.root and path.root != "$self"):
                return name
            name = f"[{label}]"
        return f"[{name[1:-1].replace(']', ']]')}]"

    def inside(self, path: Path) -> _Writing:
        """Return the writing of what is asked of the records at a path."""
        return replace(self, way=(*self.way, *path.names))

    def write(self, node: Node, strength: int) -> str:
        """Write a node in brackets if it binds less than ``strength`` asks."""
        written, own = self.spell(node)
        return f"({written})" if own < strength else written

    def spell(self, node: Node) -> tuple[str, int]:
        match node:
            case Literal():
                return self.literal(node.value), _SIGNED if _is_negative(node) else _PRIMARY
            case Path():
                return self.path(node), _PRIMARY
            case Unary():
                return self.unary(node)
            case Binary():
                return self.binary(node)
            case Call():
                given = [self.write(each, _OR) for each in node.arguments]
                given += [f"{name}: {self.write(each, _OR)}" for name, each in node.named]
                return f"{self.function(node.function)}({', '.join(given)})", _PRIMARY
            case Related():
                return self.related(node)
            case RecordAt():
                return self.record_at(node), _PRIMARY
            case Find():
                return self.find(node), _PRIMARY
            case _:
                return self.test(node), _COMPARISON

    def test(self, node: Membership | Between | Emptiness | TypeTest) -> str:
        operand = self.write(node.operand, _SUM)
        match node:
            case Membership():
                items = ", ".join(self.write(each, _OR) for each in node.items)
                return f"{operand} {self.say('not in' if node.negated else 'in')} ({items})"
            case Between():
                low, high = self.write(node.low, _SUM), self.write(node.high, _SUM)
                return f"{operand} {self.say('between')} {low} {self.say('to')} {high}"
            case Emptiness():
                return f"{operand} {self.say('is not empty' if node.negated else 'is empty')}"
            case TypeTest():
                return f"{operand} {self.say('is not' if node.negated else 'is')} {node.entity}"

    def unary(self, node: Unary) -> tuple[str, int]:
        if node.operator == "not":
            return f"{self.say('not')} {self.write(node.operand, _NOT)}", _NOT
        if isinstance(node.operand, Literal):
            # ``-5`` is one number; the sign before a number in brackets is an operator.
            return f"-({self.write(node.operand, _OR)})", _SIGNED
        return f"-{self.write(node.operand, _SIGNED)}", _SIGNED

    def binary(self, node: Binary) -> tuple[str, int]:
        own = _STRENGTHS.get(node.operator, _COMPARISON)
        if own <= _AND:
            parts = operands(node, node.operator)
            if chain(node.operator, parts) != node:
                parts = [node.left, node.right]
            return f" {self.say(node.operator)} ".join(
                self.write(each, own + 1) for each in parts
            ), own
        left = _SUM if own == _COMPARISON else own
        right = _SUM if own == _COMPARISON else own + 1
        written = (
            self.write(node.left, left),
            self.say(node.operator),
            self.write(node.right, right),
        )
        return " ".join(written), own

    def related(self, node: Related) -> tuple[str, int]:
        path = self.path(node.path)
        inner = self.inside(node.path)
        where = "" if node.where is None else inner.write(node.where, _OR)
        if node.quantifier in ("any", "none", "all"):
            return f"{path} {self.say(node.quantifier)} ({where})", _COMPARISON
        if where or node.quantifier in ("min", "max", "average"):
            # Without a condition min(a, b) would be the function of two values.
            path = f"{path} {self.say('where')} {where or self.say('true')}"
        value = "" if node.value is None else f", {inner.write(node.value, _OR)}"
        return f"{self.function(node.quantifier)}({path}{value})", _PRIMARY

    def record_at(self, node: RecordAt) -> str:
        behind = f".{self.inside(node.records).path(node.value)}" if node.value.names else ""
        return (
            f"{self.function(AT)}({self.path(node.records)}, {self.write(node.day, _OR)}){behind}"
        )

    def find(self, node: Find) -> str:
        given = [node.entity]
        inner = replace(self, way=(node.entity,))
        if node.where is not None or node.order:
            given.append(self.say("true") if node.where is None else inner.write(node.where, _OR))
        given += [inner.write(each, _OR) for each in node.order]
        behind = f".{inner.path(node.value)}" if node.value.names else ""
        return f"{self.function(node.function)}({', '.join(given)}){behind}"

    def path(self, path: Path) -> str:
        names = tuple(self._name(path, index) for index in range(len(path.names)))
        return dotted(replace(path, names=names))


def _is_negative(node: Literal) -> bool:
    return isinstance(node.value, Decimal) and node.value < 0


def write_literal(value: str | bool | Decimal | date | datetime | time | None) -> str:
    """Return a constant as it is written."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f") if value else "0"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            return f"'{value.isoformat()}'"
