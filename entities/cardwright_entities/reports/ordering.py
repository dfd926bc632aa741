"""In which order rows and columns stand, and the periods between them in which nothing was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.folding import sort_key
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.measuring import field_grain
from cardwright_entities.reports.tables import Axis, Key, Values

Titles = Mapping[tuple[str, int], str]

#: Periods without anything that are shown between others at most.
_MOST_PERIODS = 100


def in_order(keys: Iterable[Key], axes: Sequence[Axis], titles: Titles) -> tuple[Key, ...]:
    """Return keys by their dimensions: times and choices as they follow, records by title."""
    ranks = [_ranks_of(axis.field) for axis in axes]

    def place(key: Key) -> tuple[object, ...]:
        return tuple(_place(value, rank, titles) for value, rank in zip(key, ranks, strict=True))

    return tuple(sorted(keys, key=place))


def sorted_by(
    names: Sequence[str], rows: tuple[Key, ...], totals: Mapping[Key, Values]
) -> tuple[Key, ...]:
    """Return rows by their totals, the first name deciding first, empty ones last."""
    for each in reversed(names):
        name, falls = each.removeprefix("-"), each.startswith("-")
        filled = [row for row in rows if totals[row].get(name) is not None]
        empty = tuple(row for row in rows if totals[row].get(name) is None)
        # Equal rows keep the order that they have.
        filled.sort(key=lambda row: _number(totals[row][name]), reverse=falls)
        rows = (*filled, *empty)
    return rows


def without_gaps(keys: tuple[Key, ...], axes: Sequence[Axis]) -> tuple[Key, ...]:
    """Return the keys of a single time with all periods between the first and the last."""
    if len(axes) != 1:
        return keys
    grain = axes[0].grain or field_grain(axes[0].field)
    days = [key[0] for key in keys if isinstance(key[0], date)]
    if not days or not grain:
        return keys
    filled: list[Key] = []
    day, last = min(days), max(days)
    while day <= last:
        filled.append((day,))
        if len(filled) > _MOST_PERIODS:
            return keys
        day = following(day, grain)
    others = tuple(key for key in keys if not isinstance(key[0], date))
    return (*filled, *others)


def following(day: date, grain: str) -> date:
    """Return the first day of the period after the one that begins with a day."""
    if grain in ("day", "week"):
        return day + timedelta(days=7 if grain == "week" else 1)
    months = day.year * 12 + day.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return date(months // 12, months % 12 + 1, 1)


def place_of(value: object, field: FieldModel, titles: Titles) -> tuple[object, ...]:
    """Return what a field's value stands by in an order."""
    if isinstance(value, int) and field.targets:
        value = RecordRef(field.targets[0], value)
    return _place(value, _ranks_of(field), titles)


def _ranks_of(field: FieldModel | None) -> Mapping[str, int]:
    listed = field is not None and field.type.cell == "pill" and field.value_type.kind == "text"
    if field is None or not listed:
        return {}
    return {code: rank for rank, code in enumerate(choices_of(field.definition))}


def _place(value: object, ranks: Mapping[str, int], titles: Titles) -> tuple[object, ...]:
    """Return what a value stands by; of one dimension all are of one kind, empty ones last."""
    match value:
        case None:
            return (1,)
        case RecordRef():
            return (0, sort_key(titles.get((value.entity, value.id), "")), value.entity, value.id)
        case str() if ranks:
            return (0, ranks.get(value, len(ranks)), value)
        case str():
            return (0, sort_key(value), value)
    return (0, value)


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
