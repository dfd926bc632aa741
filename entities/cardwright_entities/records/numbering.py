"""Document numbers: one row a series and period, raised under its lock, so none occurs twice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import Context
from cardwright_entities.field_types.serial import SerialPattern
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.platform_tables import cw_number
from cardwright_entities.store.sessions import Session


def number_drafts(session: Session, drafts: list[Draft], context: Context) -> None:
    """Give each new draft the next number of its serial fields."""
    today = context.now.astimezone(context.zone).date()
    wanted: dict[tuple[str, str], list[tuple[Draft, FieldModel]]] = {}
    for draft in drafts:
        for found in draft.entity.fields.values():
            if found.type.computed != "serial" or draft.values.get(found.name) is not None:
                continue
            series = found.definition.id or f"{draft.entity.name}.{found.name}"
            period = SerialPattern.of(found.definition).period(today)
            wanted.setdefault((series, period), []).append((draft, found))
    for (series, period), places in sorted(wanted.items(), key=lambda each: each[0]):
        last = take_numbers(session, series, period, len(places))
        for offset, (draft, found) in enumerate(places):
            number = last - len(places) + offset + 1
            draft.values[found.name] = SerialPattern.of(found.definition).number(number, today)


def take_numbers(session: Session, series: str, period: str, count: int) -> int:
    """Raise a series by ``count`` and return its last number; its row stays locked till commit."""
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    statement = insert(cw_number).values(series=series, period=period, last=count)
    raised = statement.on_conflict_do_update(
        index_elements=[cw_number.c.series, cw_number.c.period],
        set_={"last": cw_number.c.last + count},
    )
    return int(session.scalar(raised.returning(cw_number.c.last)))


def last_number(session: Session, series: str, period: str) -> int:
    """Return the last number given in a series and period, 0 when none was."""
    statement = select(cw_number.c.last).where(
        cw_number.c.series == series, cw_number.c.period == period
    )
    return int(session.scalar(statement) or 0)
