"""A grouped list: its first level, and what stands in a group once somebody opens it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.periods import shown_period
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import Aggregate, Group
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Literal
from cardwright_platform.views.cells import Cell, Choice
from cardwright_platform.views.lists import GroupChip, GroupRow, Total
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.asked_lists import COUNT, Asked, grouped, request_of
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.columns import totals_row
from cardwright_platform.web.presenting.group_keys import GRAINS, Key, keys_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import group_part_url

#: Groups of one level that are shown.
MOST = 200


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """The groups of one level with the totals of all of them."""

    rows: tuple[GroupRow, ...]
    totals: tuple[Total, ...]
    count: str
    note: str = ""


def groups_of(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> Grouped | None:
    """Read the first level of the groups of a list, None for a list that is not grouped."""
    keys = tuple(keys_of(desk, entity, asked.state))
    if not keys or asked.problem is not None:
        return None
    request = request_of(desk, entity, asked)
    found = desk.aggregate(replace(grouped(request, keys[0].asked), limit=MOST))
    reader = reader.knowing(found.titles)
    note = reader.t("group.cut", count=MOST) if found.cut else ""
    return Grouped(
        rows=tuple(_rows(reader, entity, asked, keys, found)),
        totals=_totals(reader, asked, found.totals),
        count=reader.locale.number(int(str(found.totals.get(COUNT) or 0))),
        note=note,
    )


def chips_of_groups(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState
) -> tuple[GroupChip, ...]:
    """Return the keys by which a list is grouped, each with the way to do without it."""
    keys = tuple(keys_of(desk, entity, state))
    written = [each.written for each in keys]
    return tuple(
        GroupChip(
            label=reader.path_label(entity, key.path),
            remove_url=state.grouped(each for each in written if each != key.written).url(),
            periods=tuple(_periods(reader, state, written, place, key)),
            forward_url=state.grouped(_forward(written, place)).url() if place else "",
        )
        for place, key in enumerate(keys)
    )


def _forward(written: Sequence[str], place: int) -> list[str]:
    return [*written[: place - 1], written[place], written[place - 1], *written[place + 1 :]]


def _periods(
    reader: Reader, state: ListState, written: Sequence[str], place: int, key: Key
) -> Iterator[Choice]:
    for each in GRAINS if key.grain else ():
        keys = [*written[:place], f"{key.path}:{each}", *written[place + 1 :]]
        yield Choice(
            value=state.grouped(keys).url(),
            label=reader.t(f"group.by_{each}"),
            selected=each == key.grain,
        )


def _rows(
    reader: Reader, entity: EntityModel, asked: Asked, keys: Sequence[Key], found: Aggregate
) -> Iterator[GroupRow]:
    further = [each.written for each in keys[1:]]
    for group in found.groups:
        state = _inside(asked, keys[0], group.key[0]).grouped(further)
        yield GroupRow(
            label=_label(reader, keys[0], found, group),
            count=reader.locale.number(int(str(group.values[COUNT]))),
            url=state.url(),
            open_url=group_part_url(entity.name, state.pairs()),
            totals=_totals(reader, asked, group.values),
        )


def _inside(asked: Asked, key: Key, value: object) -> ListState:
    """Return the state of the list of one group."""
    node = key.holds(value)
    if asked.own is not None and asked.own != Literal(True):
        node = Binary("and", asked.own, node)
    return replace(asked.state.under(write(node)), mode="")


def _label(reader: Reader, key: Key, found: Aggregate, group: Group) -> Cell:
    value = group.key[0]
    if value is None:
        return Cell(text=reader.t("group.none"), tone="quiet")
    if key.grain and isinstance(value, date):
        if key.grain == "day":
            return Cell(text=reader.locale.date(value))
        return Cell(text=shown_period(value, key.grain, reader.locale))
    if isinstance(value, RecordRef):
        return Cell(text=reader.locale.title(value.entity, value.id) or f"#{value.id}")
    field = found.keys[0] if found.keys and found.keys[0] is not None else key.field
    cell = cell_of(reader, field, value)
    return cell if cell.template == "pill" else Cell(text=cell.text)


def _totals(reader: Reader, asked: Asked, values: Mapping[str, object]) -> tuple[Total, ...]:
    """Return what stands under the columns of a group or of all."""
    found = {
        path: values[f"t{number}"]
        for number, path in enumerate(asked.totals)
        if f"t{number}" in values
    }
    return totals_row(reader, asked.columns, asked.totals, found)
