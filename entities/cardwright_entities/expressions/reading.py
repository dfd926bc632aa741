"""Functions that read other records: what they take and give, and how they are read in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from cardwright_entities.expressions.matching import (
    ORDERED,
    Checked,
    as_kind,
    matched,
    wrong_type,
)
from cardwright_entities.expressions.names import TypeScope, UnknownNameError, Values, can_find
from cardwright_entities.expressions.numbers import number_of
from cardwright_entities.expressions.values import DECIMAL, INTEGER, ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Call, Find, Node, Path, Unary
from cardwright_metadata.expressions.walking import walk

#: The mark of what an expression reads beside its record, among its limits.
READING = "reading"

#: Steps of an evaluation that one look-up costs.
COST_OF_LOOKUP = 50
#: Formulas kept in records that read each other.
DEEPEST = 8

#: What a named argument of balance() says beside the dimensions.
_AT, _MEASURE = "at", "measure"
#: The fields of a band, unless others are named: from this value on, below that one, its result.
_BAND = ("from", "to", "score")

Check = Callable[[Node], Checked]
Read = Callable[[Node, Values], object]


def check_lookup(where: Node) -> Node:
    """Return the condition of a look-up; raise ExpressionError if it looks up more inside."""
    for each in walk(where):
        if isinstance(each, Find) or (isinstance(each, Call) and each.function in _CHECKS):
            message = "A look-up cannot stand inside the condition of another."
            raise ExpressionError("not_allowed", message, each.at, each.function)
    return where


def check_order(node: Find, check: Check) -> None:
    """Raise ExpressionError if a look-up sorts by what has no order."""
    for each in node.order:
        key = check(each.operand if isinstance(each, Unary) else each)
        if key.kind not in (*ORDERED, "record"):
            raise wrong_type(each, key.kind, "decimal", "This has no order.")


def check_reading(node: Call, scope: TypeScope, check: Check) -> tuple[ValueType, Call]:
    """Return what a reading function gives, and the call with its arguments checked."""
    return _CHECKS[node.function](node, scope, check)


def _check_workdays(node: Call, scope: TypeScope, check: Check) -> tuple[ValueType, Call]:
    days = [_as_day(check(each)) for each in node.arguments[:2]]
    rest = [_as_calendar(check(each)) for each in node.arguments[2:]]
    given = tuple(each.node for each in (*days, *rest))
    return INTEGER, replace(_unnamed(node), arguments=given)


def _as_day(given: Checked) -> Checked:
    return given if given.kind == "datetime" else as_kind(given, "date")


def _as_calendar(given: Checked) -> Checked:
    return as_kind(given, "text")


def _check_evaluate(node: Call, scope: TypeScope, check: Check) -> tuple[ValueType, Call]:
    field = check(node.arguments[0])
    if field.kind != "expression" or not isinstance(field.node, Path):
        message = "Only a field of type expression is evaluated."
        raise wrong_type(node.arguments[0], field.kind, "expression", message)
    over = check(node.arguments[1] if len(node.arguments) > 1 else Path((), at=node.at))
    if over.kind != "null":
        wanted = ValueType("record", entity=field.type.entity)
        matched(Checked(Path(()), wanted), over, over.node)
    return field.type.item or DECIMAL, replace(_unnamed(node), arguments=(field.node, over.node))


def _check_band(node: Call, scope: TypeScope, check: Check) -> tuple[ValueType, Call]:
    lines, value = node.arguments
    if not isinstance(lines, Path):
        raise wrong_type(lines, "", "lines", "Name the lines that hold the bands.")
    try:
        inner = scope.related(lines)
        said = {name: each.names[0] for name, each in node.named if isinstance(each, Path)}
        for name, each in node.named:
            if name not in _BAND or not isinstance(each, Path) or len(each.names) != 1:
                message = "'band' takes from, to and score, each the name of a field."
                raise ExpressionError("wrong_arguments", message, each.at, name, ", ".join(_BAND))
        types = [inner.type_of(Path((said.get(name, name),), at=node.at)) for name in _BAND]
    except UnknownNameError as error:
        message = f"The lines have no field '{error.name}'."
        raise ExpressionError(
            "unknown_name", message, node.at, error.name, nearest=error.nearest
        ) from error
    number = as_kind(check(value), "decimal")
    return types[2], replace(node, arguments=(lines, number.node))


def _check_balance(node: Call, scope: TypeScope, check: Check) -> tuple[ValueType, Call]:
    ledger = node.arguments[0]
    if not isinstance(ledger, Path) or ledger.root or len(ledger.names) != 1:
        raise wrong_type(ledger, "", "ledger", "Name a ledger.")
    try:
        dimensions = scope.ledger(ledger.names[0])
    except UnknownNameError as error:
        message = f"There is no ledger '{error.name}'."
        raise ExpressionError(
            "unknown_name", message, ledger.at, error.name, nearest=error.nearest
        ) from error
    named: list[tuple[str, Node]] = []
    for name, each in node.named:
        if name == _MEASURE:
            named.append((name, each))
            continue
        found = check(each)
        if name == _AT:
            found = _as_day(found)
        elif name in dimensions:
            found = matched(Checked(Path(()), dimensions[name]), found, each)[1]
        else:
            message = f"The ledger has no dimension '{name}'."
            known = ", ".join([*dimensions, _AT])
            raise ExpressionError("unknown_name", message, each.at, name, known)
        named.append((name, found.node))
    return DECIMAL, replace(node, named=tuple(named))


def _unnamed(node: Call) -> Call:
    if node.named:
        message = f"'{node.function}' takes no named arguments."
        raise ExpressionError("unexpected", message, node.at, node.function)
    return node


_CHECKS: Mapping[str, Callable[[Call, TypeScope, Check], tuple[ValueType, Call]]] = (
    MappingProxyType(
        {
            "workdays": _check_workdays,
            "evaluate": _check_evaluate,
            "band": _check_band,
            "balance": _check_balance,
        }
    )
)


# -- reading ---------------------------------------------------------------------------------------


def _read_workdays(node: Call, values: Values, read: Read) -> object:
    first, last, *rest = (read(each, values) for each in node.arguments)
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    if can_find(values):
        return values.workdays(first, last, rest[0] if rest else None)
    return None  # nobody knows a calendar here


def _read_band(node: Call, values: Values, read: Read) -> object:
    lines, value = node.arguments
    number = number_of(read(value, values))
    if number is None or not isinstance(lines, Path):
        return None
    said = {name: each for name, each in node.named if isinstance(each, Path)}
    low, high, score = (said.get(name, Path((name,))) for name in _BAND)
    for row in values.related(lines):
        begin, end = number_of(row.value(low)), number_of(row.value(high))
        if (begin is None or begin <= number) and (end is None or number < end):
            return row.value(score)
    return None


def _read_balance(node: Call, values: Values, read: Read) -> object:
    ledger = node.arguments[0]
    if not can_find(values) or not isinstance(ledger, Path):
        return None
    dimensions: dict[str, object] = {}
    at: date | None = None
    measure = ""
    for name, each in node.named:
        if name == _MEASURE:
            measure = each.names[0] if isinstance(each, Path) else str(read(each, values))
        elif name == _AT:
            day = read(each, values)
            if not isinstance(day, date):
                return None
            at = day
        else:
            dimensions[name] = read(each, values)
    return values.balance(ledger.names[0], dimensions, measure, at)


#: Functions that read other records, beside evaluate(), which goes on with the same fuel.
READERS: Mapping[str, Callable[[Call, Values, Read], object]] = MappingProxyType(
    {
        "workdays": _read_workdays,
        "band": _read_band,
        "balance": _read_balance,
    }
)
