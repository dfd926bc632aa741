"""Records valid for a time: which of them are on a day, and which one is meant by ``at``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cardwright_entities.expressions.comparing import are_ordered
from cardwright_entities.expressions.names import Ends, Values
from cardwright_metadata.expressions.functions import VALID_AT
from cardwright_metadata.expressions.tree import (
    Binary,
    Call,
    Emptiness,
    Node,
    Path,
    RecordAt,
    Related,
    Unary,
)
from cardwright_metadata.expressions.walking import rebuild, walk

V = TypeVar("V", bound=Values)

ID = Path(("id",))


def valid_on(ends: Ends, day: Node, at: int) -> Node:
    """Return the condition under which a record is valid on a day; an empty end is open."""
    first, last = (Path((name,), at=at) for name in ends)
    begun = Binary("or", Emptiness(first, at=at), Binary("<=", first, day, at=at), at=at)
    lasts = Binary("or", Emptiness(last, at=at), Binary(">=", last, day, at=at), at=at)
    return Binary("and", begun, lasts, at=at)


def within_span(day: Node, span: Path, *, negated: bool = False) -> Node:
    """Return the condition under which a day lies in a range of days; an empty end is open."""
    first, last = (replace(span, names=(*span.names, end)) for end in ("start", "end"))
    lasts = Binary(
        "or", Emptiness(last, at=span.at), Binary(">=", last, day, at=span.at), at=span.at
    )
    within = Binary("and", Binary("<=", first, day, at=span.at), lasts, at=span.at)
    return Unary("not", within, at=span.at) if negated else within


def asks_records(node: Node) -> bool:
    """Tell whether a value asks to-many records, or which records are valid."""
    return any(
        isinstance(each, Related | RecordAt)
        or (isinstance(each, Call) and each.function == VALID_AT)
        for each in walk(node)
    )


def with_ends(node: Node, ends: Ends | None) -> Node:
    """Return a condition with ``valid_at`` spelled out, to be read from another entity."""
    match node:
        case Call() if node.function == VALID_AT and ends is not None:
            return valid_on(ends, node.arguments[0], node.at)
        case Related():
            return node
    return rebuild(node, lambda each: with_ends(each, ends))


def valid_record(rows: Sequence[V], ends: Ends, day: object, zone: ZoneInfo) -> V | None:
    """Return the record valid on a day: of several the one that began last, None without any."""
    first, last = (Path((name,)) for name in ends)
    found: V | None = None
    latest: tuple[Any, ...] = ()
    for number, row in enumerate(rows):
        begin, end = row.value(first), row.value(last)
        begun = begin is None or are_ordered("<=", begin, day, zone)
        if begun and (end is None or are_ordered(">=", end, day, zone)):
            rank = (begin is not None, *_rank(begin), *_rank_of_id(row, number))
            if found is None or rank > latest:
                found, latest = row, rank
    return found


def _rank(begin: object) -> tuple[object, ...]:
    return () if begin is None else (begin,)


def _rank_of_id(row: Values, number: int) -> tuple[bool, object]:
    # What is still to be stored comes behind all that is, in its order.
    identity = row.value(ID)
    return (identity is None, number if identity is None else identity)
