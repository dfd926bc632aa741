"""A tree → the text that parses into the same tree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from cardwright_metadata.expressions.functions import AT
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
)
from cardwright_metadata.expressions.walking import chain, operands

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGNED, _PRIMARY = range(8)
_STRENGTHS = {
    "or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT,
}  # fmt: skip


def write(node: Node) -> str:
    """Return the shortest usual spelling, in English words and half-width signs."""
    return _write(node, _OR)


def _write(node: Node, strength: int) -> str:
    """Write a node in brackets if it binds less than ``strength`` asks."""
    written, own = _spell(node)
    return f"({written})" if own < strength else written


def _spell(node: Node) -> tuple[str, int]:
    match node:
        case Literal():
            return write_literal(node.value), _SIGNED if _is_negative(node) else _PRIMARY
        case Path():
            return _path(node), _PRIMARY
        case Unary():
            return _unary(node)
        case Binary():
            return _binary(node)
        case Call():
            given = [_write(each, _OR) for each in node.arguments]
            given += [f"{name}: {_write(each, _OR)}" for name, each in node.named]
            return f"{node.function}({', '.join(given)})", _PRIMARY
        case Related():
            return _related(node)
        case RecordAt():
            return _record_at(node), _PRIMARY
        case Find():
            return _find(node), _PRIMARY
        case _:
            return _test(node), _COMPARISON


def _test(node: Membership | Between | Emptiness | TypeTest) -> str:
    operand = _write(node.operand, _SUM)
    match node:
        case Membership():
            items = ", ".join(_write(each, _OR) for each in node.items)
            return f"{operand} {'not in' if node.negated else 'in'} ({items})"
        case Between():
            return f"{operand} between {_write(node.low, _SUM)} and {_write(node.high, _SUM)}"
        case Emptiness():
            return f"{operand} is {'not ' if node.negated else ''}empty"
        case TypeTest():
            return f"{operand} is {'not ' if node.negated else ''}{node.entity}"


def _unary(node: Unary) -> tuple[str, int]:
    if node.operator == "not":
        return f"not {_write(node.operand, _NOT)}", _NOT
    if isinstance(node.operand, Literal):
        # ``-5`` is one number; the sign before a number in brackets is an operator.
        return f"-({_write(node.operand, _OR)})", _SIGNED
    return f"-{_write(node.operand, _SIGNED)}", _SIGNED


def _binary(node: Binary) -> tuple[str, int]:
    own = _STRENGTHS.get(node.operator, _COMPARISON)
    if own <= _AND:
        parts = operands(node, node.operator)
        if chain(node.operator, parts) != node:
            parts = [node.left, node.right]
        return f" {node.operator} ".join(_write(each, own + 1) for each in parts), own
    left = _SUM if own == _COMPARISON else own
    right = _SUM if own == _COMPARISON else own + 1
    return f"{_write(node.left, left)} {node.operator} {_write(node.right, right)}", own


def _related(node: Related) -> tuple[str, int]:
    path = _path(node.path)
    where = "" if node.where is None else _write(node.where, _OR)
    if node.quantifier in ("any", "none", "all"):
        return f"{path} {node.quantifier} ({where})", _COMPARISON
    if where or node.quantifier in ("min", "max", "average"):
        # Without a condition min(a, b) would be the function of two values.
        path = f"{path} where {where or 'true'}"
    value = "" if node.value is None else f", {_write(node.value, _OR)}"
    return f"{node.quantifier}({path}{value})", _PRIMARY


def _record_at(node: RecordAt) -> str:
    behind = f".{_path(node.value)}" if node.value.names else ""
    return f"{AT}({_path(node.records)}, {_write(node.day, _OR)}){behind}"


def _find(node: Find) -> str:
    given = [node.entity]
    if node.where is not None or node.order:
        given.append("true" if node.where is None else _write(node.where, _OR))
    given += [_write(each, _OR) for each in node.order]
    behind = f".{_path(node.value)}" if node.value.names else ""
    return f"{node.function}({', '.join(given)}){behind}"


def _path(path: Path) -> str:
    names = tuple(
        f"[{name[1:-1].replace(']', ']]')}]" if is_label(name) else name for name in path.names
    )
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
