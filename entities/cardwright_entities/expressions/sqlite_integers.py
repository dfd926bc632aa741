"""Decimals as scaled integers in plain SQLite: what it adds, multiplies and rounds by itself.

Where a result does not fit 64 bits SQLite goes over to floating point and stays there, which the
result's type tells: then the exact calculation is asked instead. Whatever is not said here has no
integer form at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, null, type_coerce
from sqlalchemy import literal as bound

from cardwright_entities.expressions.numbers import DIGITS, number_of
from cardwright_entities.expressions.sql_dialects import Compiling
from cardwright_entities.expressions.sql_operands import Column, Constant, Element
from cardwright_entities.expressions.sql_writing import written
from cardwright_metadata.expressions.tree import Binary, Call, Node, Path, Unary

#: What 64 bits hold.
_LARGEST = 2**63 - 1
#: Floating point has room for so many digits: beyond, infinities could meet and become empty.
_MOST_DIGITS = 250
#: So many columns and constants, each as often as it is written.
_MOST_WRITTEN = 100
#: As many are written again instead of being named.
_SHORT = 4
#: So many conditions in conditions: SQLite's parser has a short stack.
_DEEPEST = 4


@dataclass(frozen=True)
class Scaled:
    """An element that holds value × 10^scale, a bound of its digits, and how long it is."""

    element: Element
    scale: int
    digits: int
    length: int = 1
    depth: int = 0
    constant: int | None = None

    def at(self, scale: int) -> Element | None:
        """Return the element brought to as many places or more, None where they are too many."""
        unit = 10 ** (scale - self.scale)
        if self.constant is not None and abs(self.constant * unit) <= _LARGEST:
            return bound(self.constant * unit, BigInteger())
        factor = _moved("{0}", scale - self.scale)
        if factor is None or unit == 1:
            return None if factor is None else self.element
        return written(factor, BigInteger(), self.element)


def stored_integer(
    node: Node, compiling: Compiling, scale: int, otherwise: Element
) -> Element | None:
    """Return the value of a node as an integer of a scale, None where it has no such form.

    ``otherwise`` stands in the statement for rows whose result is too large to tell.
    """
    found = _integer(node, compiling)
    if found is None or found.length > _MOST_WRITTEN or found.digits > _MOST_DIGITS:
        return None
    places = scale - found.scale
    # A short one is written out as often as it is asked: a row of its own would cost more.
    value = "{0}" if found.length <= _SHORT else '"the value"'
    rounded = _moved(value, places)
    if rounded is None:
        return None
    # Within these it stays an integer of the digits that a column holds.
    unit, largest = 10 ** abs(places), 10**DIGITS - 1
    most = largest // unit if places > 0 else largest * unit
    within = "" if most >= _LARGEST else f"AND {value} BETWEEN -{most} AND {most} "
    chosen = (
        f"CASE WHEN typeof({value}) = 'integer' {within}THEN {rounded} "
        f"WHEN {value} IS NOT NULL THEN {{1}} END"
    )
    if value != "{0}":
        chosen = f'SELECT {chosen} FROM (SELECT {{0}} AS "the value")'
    return written(f"({chosen})", BigInteger(), found.element, otherwise)


def _integer(node: Node, compiling: Compiling) -> Scaled | None:
    known = compiling.constant(node)
    if known is not None:
        return _constant(known)
    match node:
        case Path():
            return _column(node, compiling)
        case Unary(operator="-"):
            inner = _integer(node.operand, compiling)
            return None if inner is None else _joined("(-{0})", (inner,))
        case Binary(operator="+" | "-" | "*"):
            return _arithmetic(node, compiling)
        case Call(function="round"):
            return _rounded(node, compiling)
        case Call(function="if" | "coalesce"):
            return _chosen(node, compiling)
    return None


def _constant(constant: Constant) -> Scaled | None:
    if constant.value is None:
        return Scaled(null(), 0, 0)
    number = number_of(constant.value)
    if number is None or not number.is_finite():
        return None
    scale = max(0, -int(number.as_tuple().exponent))
    scaled = number.scaleb(scale)
    if scale > DIGITS or abs(scaled) >= 10**DIGITS:
        return None
    return Scaled(bound(int(scaled), BigInteger()), scale, DIGITS, constant=int(scaled))


def _column(node: Path, compiling: Compiling) -> Scaled | None:
    operand = compiling.outside(node)
    if not isinstance(operand, Column) or operand.type.kind != "decimal" or operand.scale is None:
        return None
    return Scaled(type_coerce(operand.element, BigInteger()), operand.scale, DIGITS + 1)


def _arithmetic(node: Binary, compiling: Compiling) -> Scaled | None:
    left, right = _integer(node.left, compiling), _integer(node.right, compiling)
    if left is None or right is None:
        return None
    if node.operator == "*":
        element = written("({0} * {1})", BigInteger(), left.element, right.element)
        digits, length = left.digits + right.digits, left.length + right.length
        depth = max(left.depth, right.depth)
        return Scaled(element, left.scale + right.scale, digits, length, depth)
    return _joined(f"({{0}} {node.operator} {{1}})", (left, right))


def _rounded(node: Call, compiling: Compiling) -> Scaled | None:
    inner = _integer(node.arguments[0], compiling)
    known = None
    if len(node.arguments) > 1:
        known = compiling.constant(node.arguments[1])
    places = Decimal(0) if len(node.arguments) == 1 else number_of(known.value if known else None)
    if inner is None or places is None or not 0 <= places <= DIGITS or places % 1:
        return None
    moved = _moved("{0}", int(places) - inner.scale)
    if places >= inner.scale or moved is None:
        return None if moved is None else inner
    element = written(moved, BigInteger(), inner.element)
    return Scaled(element, int(places), inner.digits, 2 * inner.length, inner.depth)


def _chosen(node: Call, compiling: Compiling) -> Scaled | None:
    arguments = node.arguments[1:] if node.function == "if" else node.arguments
    parts = [_integer(each, compiling) for each in arguments]
    found = tuple(each for each in parts if each is not None)
    if not found or len(found) < len(parts) or max(each.depth for each in found) >= _DEEPEST:
        return None
    places = ", ".join(f"{{{index}}}" for index in range(len(found)))
    if node.function == "coalesce":
        chosen = _joined(f"coalesce({places})" if len(found) > 1 else places, found)
    else:
        condition = compiling.condition(node.arguments[0])
        otherwise = "{1}" if len(found) > 1 else "NULL"
        template = f"(CASE WHEN {{{len(found)}}} THEN {{0}} ELSE {otherwise} END)"
        chosen = _joined(template, found, condition)
    if chosen is None:
        return None
    return Scaled(chosen.element, chosen.scale, chosen.digits, chosen.length + 5, chosen.depth + 1)


def _joined(template: str, parts: tuple[Scaled, ...], *more: Element) -> Scaled | None:
    """Return what a template makes of parts that are brought to one scale."""
    scale = max(each.scale for each in parts)
    aligned = [found for each in parts if (found := each.at(scale)) is not None]
    if len(aligned) < len(parts):
        return None
    return Scaled(
        written(template, BigInteger(), *aligned, *more),
        scale,
        max(each.digits + scale - each.scale for each in parts) + 1,
        sum(each.length for each in parts),
        max(each.depth for each in parts),
    )


def _moved(value: str, places: int) -> str | None:
    """Return the SQL that brings an integer to more or fewer places, rounded half away from 0."""
    if abs(places) > DIGITS:
        return None
    unit = 10 ** abs(places)
    if places >= 0:
        return f"({value} * {unit})" if places else value
    # The rest over its half is the one, or none, that rounding adds; nothing can overflow.
    return f"({value} / {unit} + {value} % {unit} / {unit // 2})"
