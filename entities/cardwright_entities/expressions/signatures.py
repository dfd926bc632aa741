"""What functions take and give: their arguments checked, the kind and digits of their results."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.expressions.matching import (
    ORDERED,
    Checked,
    as_kind,
    unified,
    wrong_type,
)
from cardwright_entities.expressions.moments import UNITS
from cardwright_entities.expressions.values import DECIMAL, INTEGER, ValueType, record_of
from cardwright_metadata.expressions.errors import ExpressionError, nearest_word
from cardwright_metadata.expressions.functions import FUNCTIONS
from cardwright_metadata.expressions.tree import Call, Literal, Path
from cardwright_metadata.expressions.walking import walk

_WHOLE = frozenset(
    {
        "floor", "ceiling", "sign", "length", "year", "quarter", "month", "day", "weekday",
        "hour", "minute",
    }
)  # fmt: skip
_SPELLED = frozenset({"text", "decimal", "date", "null"})


def check_call(node: Call, given: Sequence[Checked]) -> tuple[list[Checked], ValueType]:
    """Return the arguments as the function takes them, and the type of its result."""
    if node.function == "if":
        branches, result = unified(given[1:])
        return [as_kind(given[0], "boolean"), *branches], result
    if node.function in ("coalesce", "min", "max"):
        return _alike(node, given)
    if node.function == "days" and len(given) == 2:
        return [as_kind(each, "moment") for each in given], INTEGER
    if node.function == "record":
        return _record(node, given)
    arguments = [_argument(node, index, each) for index, each in enumerate(given)]
    _check_constants(node, arguments)
    return arguments, _result(node, arguments)


def digits_of_call(name: str, given: Sequence[Checked]) -> tuple[int, int]:
    """Return the most digits that a result can have before and behind the point."""
    whole = max((each.whole for each in given), default=0)
    places = max((each.places for each in given), default=0)
    if name in _WHOLE or name == "days":
        return max(whole, 10), 0
    if name == "number":
        return 18, 18
    if name == "average":
        return whole + len(given), 12
    return whole + 1, places


def _alike(node: Call, given: Sequence[Checked]) -> tuple[list[Checked], ValueType]:
    arguments, result = unified(given)
    if node.function != "coalesce" and result.kind not in (*ORDERED, "null"):
        raise wrong_type(node, result.kind, "decimal", f"'{node.function}' needs ordered values.")
    return arguments, result


def _argument(node: Call, index: int, given: Checked) -> Checked:
    if node.function == "days":
        return as_kind(given, "decimal")
    kind = FUNCTIONS[node.function].kind(index)
    if kind != "any":
        return as_kind(given, kind)
    if given.kind not in _SPELLED and not (node.function == "text" and given.kind == "datetime"):
        message = f"'{node.function}' joins texts, numbers and dates."
        raise wrong_type(given.node, given.kind, "text", message)
    return given


def _check_constants(node: Call, given: Sequence[Checked]) -> None:
    if FUNCTIONS[node.function].result == "period":
        for each in given:
            if any(isinstance(inner, Path) for inner in walk(each.node)):
                raise ExpressionError(
                    "wrong_type", "Write a number here, no field.", each.node.at, expected="7"
                )
    if node.function in ("start_of", "end_of"):
        unit = given[0].node
        value = unit.value if isinstance(unit, Literal) else None
        if value not in UNITS:
            found = str(value or "")[:50]
            raise ExpressionError(
                "bad_literal",
                "There is no such unit.",
                unit.at,
                found,
                ", ".join(UNITS),
                nearest_word(found, UNITS),
            )


def _record(node: Call, given: Sequence[Checked]) -> tuple[list[Checked], ValueType]:
    entity, number = given
    if not isinstance(entity.node, Literal) or not isinstance(entity.node.value, str):
        raise wrong_type(entity.node, entity.kind, "text", "Write the entity's name as a text.")
    if number.kind not in ("decimal", "record", "null"):
        raise wrong_type(number.node, number.kind, "decimal")
    return list(given), record_of(entity.node.value)


def _result(node: Call, given: Sequence[Checked]) -> ValueType:
    if node.function in _WHOLE:
        return INTEGER
    kind = FUNCTIONS[node.function].result
    if kind == "first":
        return given[0].type
    return DECIMAL if kind == "decimal" else ValueType(kind)
