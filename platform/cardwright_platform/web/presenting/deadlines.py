"""Deadlines of records → cells that say how much working time is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from cardwright_entities.engine import Desk
from cardwright_entities.flows.timing.standing import Standing, standing_of
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.timing import MISSED, PAUSED
from cardwright_platform.views.cards import Figure
from cardwright_platform.views.cells import Cell
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader

#: Parts of a length that are worth saying: hours, minutes.
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


def cells_left(
    desk: Desk, reader: Reader, entity: EntityModel, names: Iterable[str], records: Sequence[int]
) -> Mapping[tuple[int, str], Cell]:
    """Return the cells of those fields that say when a deadline is due, by record and field."""
    due = {each.due for each in entity.definition.deadlines.values()} & set(names)
    if not due:
        return {}
    found = standing_of(desk.records, entity, records)
    return {
        (record, name): _cell(reader, entity, name, each)
        for (record, name), each in found.items()
        if name in due
    }


def timing_figures(
    desk: Desk, reader: Reader, entity: EntityModel, record: int, values: Mapping[str, object]
) -> tuple[Figure, ...]:
    """Return what time brings to a record, of what its reader may see: at the head of its card."""
    kept = [each.due for each in entity.definition.deadlines.values() if each.due in values]
    cells = cells_left(desk, reader, entity, kept, [record])
    coming = [each.next for each in entity.definition.recurrences.values() if values.get(each.next)]
    drawn = {name: cell for (_, name), cell in cells.items()}
    drawn |= {name: cell_of(reader, entity.fields[name], values[name]) for name in coming}
    return tuple(
        Figure(
            label=reader.field_label(entity.fields[name]),
            cell=drawn[name],
            note=drawn[name].title if name in kept else "",
        )
        for name in (*kept, *coming)
        if name in drawn
    )


def _cell(reader: Reader, entity: EntityModel, name: str, standing: Standing) -> Cell:
    field = entity.fields[name]
    due = cell_of(reader, field, standing.due)
    if standing.left is None:
        return due
    length = _length(reader, abs(standing.left))
    if standing.state == PAUSED:
        return Cell(template="text", text=reader.t("deadline.paused", length=length), tone="quiet")
    key, tone = ("deadline.over", "late") if standing.state == MISSED else ("deadline.left", "")
    title = field.type.input_text(standing.due, field.definition, reader.locale).replace("T", " ")
    return Cell(template="text", text=reader.t(key, length=length), tone=tone, title=title)


def _length(reader: Reader, length: timedelta) -> str:
    """Return a length of work in hours and minutes: a working day is no 24 hours."""
    hours, rest = divmod(length, _HOUR)
    number = reader.locale.number
    if not hours:
        return reader.t("deadline.minutes", minutes=number(rest // _MINUTE))
    return reader.t("deadline.hours", hours=number(hours), minutes=number(rest // _MINUTE))
