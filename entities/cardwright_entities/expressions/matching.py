"""Kinds that meet: what may be compared with what, and texts read as dates and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from typing import NoReturn

from cardwright_entities.expressions.literals import EXAMPLES, value_of_text
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import NULL, ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.tree import Call, Find, Literal, Node, Path
from cardwright_metadata.expressions.words import RECORD_SETS

#: Kinds that have an order.
ORDERED = frozenset({"decimal", "text", "date", "datetime", "time", "duration"})

_MOMENTS = frozenset({"date", "datetime"})


@dataclass(frozen=True)
class Checked:
    """A node with its kind; of a decimal the most digits before and behind the point."""

    node: Node
    type: ValueType
    whole: int = 0
    places: int = 0

    @property
    def kind(self) -> str:
        """Return the kind of the value."""
        return self.type.kind


def wrong_type(node: Node, found: str, expected: str, message: str = "") -> ExpressionError:
    """Return the error of a value whose kind does not fit."""
    message = message or f"A value of kind {expected} is expected here, not {found}."
    return ExpressionError("wrong_type", message, node.at, found, expected)


def as_kind(checked: Checked, kind: str) -> Checked:
    """Return a value as one of a kind: a text that is written out is read as one.

    Raise ExpressionError if it is of another kind; an empty value is of every kind.
    """
    if checked.kind in (kind, "null") or (kind == "moment" and checked.kind in _MOMENTS):
        return checked
    node = checked.node
    wanted = "datetime" if kind == "moment" else kind
    if isinstance(node, Literal) and isinstance(node.value, str) and wanted in EXAMPLES:
        value = value_of_text(node.value, wanted)
        if value is None:
            raise ExpressionError(
                "bad_literal",
                f"This text is no {kind}.",
                node.at,
                node.value[:50],
                EXAMPLES[wanted],
            )
        literal = replace(node, value=value)
        return Checked(literal, type_of_literal(literal), *digits_of(value))
    raise wrong_type(node, checked.kind, kind)


def type_of_literal(node: Literal) -> ValueType:
    """Return the kind of a constant."""
    return ValueType(_LITERALS.get(type(node.value).__name__, "null")) if node.value != "" else NULL


_LITERALS = {
    "str": "text",
    "bool": "boolean",
    "Decimal": "decimal",
    "datetime": "datetime",
    "date": "date",
    "time": "time",
}


def digits_of(value: object) -> tuple[int, int]:
    """Return how many digits a constant has before and behind the point."""
    if not isinstance(value, Decimal):
        return 0, 0
    return max(1, value.adjusted() + 1), max(0, -int(value.as_tuple().exponent))


def matched(left: Checked, right: Checked, at: Node) -> tuple[Checked, Checked]:
    """Return both sides of a comparison as values that can be compared; raise ExpressionError."""
    kinds = {left.kind, right.kind}
    for each in (left, right):
        if each.kind in ("list", "period"):
            raise wrong_type(each.node, each.kind, "a single value", _NO_LISTS)
    if len(kinds) == 1 and "record" not in kinds:
        _refuse_other_choice(left, right)
        _refuse_other_choice(right, left)
        return left, right
    if "null" in kinds or kinds == _MOMENTS:
        return left, right
    if "record" in kinds:
        return _records(left, right)
    if _is_text_literal(right):
        return left, as_kind(right, left.kind)
    if _is_text_literal(left):
        return as_kind(left, right.kind), right
    raise wrong_type(right.node, right.kind, left.kind)


_NO_LISTS = "Lists are not compared: ask with 'contains' or 'in'."


def _refuse_other_choice(choice: Checked, other: Checked) -> None:
    """Refuse to compare a choice with a text that is none of them: it would never hold."""
    known = choice.type.choices
    if not known or not isinstance(other.node, Literal) or other.node.value in known:
        return
    found = str(other.node.value)
    close = next(iter(get_close_matches(found, known, n=1)), "")
    message = f"'{found}' is none of the choices."
    raise ExpressionError(
        "unknown_choice", message, other.node.at, found[:50], ", ".join(known[:20]), close
    )


def _is_text_literal(checked: Checked) -> bool:
    return isinstance(checked.node, Literal) and isinstance(checked.node.value, str)


def _records(left: Checked, right: Checked) -> tuple[Checked, Checked]:
    if left.kind != "record":
        right, left = _records(right, left)
        return left, right
    if right.kind == "decimal" and isinstance(right.node, Literal):
        return left, _id(left, right)
    if right.kind != "record":
        message = "A link is compared with a record or its id."
        raise wrong_type(right.node, right.kind, f"record {left.type.entity}".strip(), message)
    ours, theirs = left.type.entity, right.type.entity
    if ours and theirs and ours != theirs:
        message = f"A {ours} is never a {theirs}."
        raise wrong_type(right.node, theirs, ours, message)
    if ours and not theirs:
        return _referenced(left), right
    return (left, _referenced(right)) if theirs and not ours else (left, right)


def _id(link: Checked, number: Checked) -> Checked:
    value = number.node.value if isinstance(number.node, Literal) else None
    if not link.type.entity:
        message = "Say of which entity: record('customer', 12)."
        raise wrong_type(number.node, "decimal", "record", message)
    if not isinstance(value, Decimal) or value != value.to_integral_value() or abs(value) >= 2**53:
        raise ExpressionError("bad_literal", "This is no id.", number.node.at, expected="12")
    return number


def _referenced(record: Checked) -> Checked:
    """Say of which entity a record is, to compare it with a link to any entity."""
    if isinstance(record.node, Call) and record.node.function == "record":
        return record
    entity = Literal(record.type.entity, at=record.node.at)
    return replace(record, node=Call("record", (entity, record.node), at=record.node.at))


def unified(values: Sequence[Checked]) -> tuple[list[Checked], ValueType]:
    """Return alternatives as values of one kind, and the kind; raise ExpressionError."""
    known = [each for each in values if each.kind != "null" and not _is_text_literal(each)]
    texts = [each for each in values if _is_text_literal(each)]
    if not known:
        return list(values), texts[0].type if texts else NULL
    first = known[0].type
    found = []
    for each in values:
        same = as_kind(each, first.kind)
        if same.kind == "record" and same.type.entity != first.entity:
            raise wrong_type(each.node, same.type.entity, first.entity or "record")
        found.append(same)
    scales = {each.type.scale for each in found if each.kind != "null"}
    scale = first.scale if len(scales) == 1 else -1
    return found, replace(first, scale=scale)


def as_expected(checked: Checked, expected: ValueType) -> Checked:
    """Return a value as what it has to be; raise ExpressionError if it is something else."""
    if expected.kind == "record" and checked.kind == "record":
        matched(Checked(Path(()), expected), checked, checked.node)
        return checked
    if expected.kind == "record" and isinstance(checked.node, Literal):
        return matched(Checked(Path(()), expected), checked, checked.node)[1]
    if expected.kind == "datetime" and checked.kind == "date":
        return checked
    return as_kind(checked, expected.kind)


def digits_of_sum(operator: str, left: Checked, right: Checked) -> tuple[int, int]:
    """Return the most digits that a sum, product or quotient has before and behind the point."""
    if operator == "*":
        return left.whole + right.whole, left.places + right.places
    if operator == "/":
        return left.whole + right.places + 1, 12
    return max(left.whole, right.whole) + 1, max(left.places, right.places)


def refuse_unknown(error: UnknownNameError, node: Path | Find) -> NoReturn:
    """Refuse a name that means nothing here, with the right word it resembles."""
    message = f"There is no '{error.name}'."
    if isinstance(node, Path) and dotted(node) != error.name:
        message = f"There is no '{error.name}' in '{dotted(node)}'."
    raise ExpressionError(
        "unknown_name", message, node.at, error.name, nearest=error.nearest
    ) from error


def of_operand(node: Node, operand: Checked) -> Node:
    """Say of which entity ``customer in $shared`` speaks: of what the field leads to."""
    if isinstance(node, Path) and node.root in RECORD_SETS and not node.names:
        return replace(node, names=(operand.type.entity,) if operand.type.entity else ())
    return node
