"""Document numbers: one row a series and period, raised under its lock, so none occurs twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import Context
from cardwright_entities.field_types.serial import SerialPattern
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.platform_tables import cw_number
from cardwright_entities.store.sessions import Session

#: A counter: whose, and of which period.
Series = tuple[str, str]


def number_drafts(session: Session, drafts: list[Draft], context: Context) -> None:
    """Give each new draft the next number of its serial fields."""
    today = context.now.astimezone(context.zone).date()
    wanted: dict[Series, list[tuple[Draft, FieldModel]]] = {}
    for draft in drafts:
        for found in draft.entity.fields.values():
            if found.type.computed != "serial" or draft.values.get(found.name) is not None:
                continue
            series = found.definition.id or f"{draft.entity.name}.{found.name}"
            period = SerialPattern.of(found.definition).period(today)
            wanted.setdefault((series, period), []).append((draft, found))
    for key in sorted(wanted):
        _number(session, key, wanted[key], today)


def _number(
    session: Session, key: Series, places: list[tuple[Draft, FieldModel]], today: date
) -> None:
    last = take_numbers(session, *key, len(places))
    if last == len(places):
        # The first of its period: numbers may be there from another rhythm of the same pattern,
        # and this one must not find an old counter when it comes back to that.
        _forget_others(session, *key)
        there = _highest(session, places[0][1], today, key[1])
        last = take_numbers(session, *key, there) if there else last
    for offset, (draft, found) in enumerate(places):
        count = last - len(places) + offset + 1
        draft.values[found.name] = SerialPattern.of(found.definition).number(count, today)


def _forget_others(session: Session, series: str, period: str) -> None:
    session.execute(
        delete(cw_number).where(cw_number.c.series == series, cw_number.c.period != period)
    )


def _highest(session: Session, found: FieldModel, today: date, period: str) -> int:
    """Return the highest count that stands in records already, deleted ones among them."""
    pattern, column = SerialPattern.of(found.definition), found.columns[0]
    start = pattern.before_counter(today)
    rows = session.rows(select(column).where(column.startswith(start, autoescape=True)))
    read = [pattern.read(number) for (number,) in rows]
    return max((each[1] for each in read if each is not None and each[0] == period), default=0)


def take_numbers(session: Session, series: str, period: str, count: int) -> int:
    """Raise a series by ``count`` and return its last number; its row stays locked till commit."""
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    statement = insert(cw_number).values(series=series, period=period, last=count)
    raised = statement.on_conflict_do_update(
        index_elements=[cw_number.c.series, cw_number.c.period],
        set_={"last": cw_number.c.last + count},
    )
    return int(session.scalar(raised.returning(cw_number.c.last)))


def forget_series(session: Session, series: Sequence[str]) -> None:
    """Let series begin anew; what stands in records already is not given again."""
    session.execute(delete(cw_number).where(cw_number.c.series.in_(list(series))))


def last_number(session: Session, series: str, period: str) -> int:
    """Return the last number given in a series and period, 0 when none was."""
    statement = select(cw_number.c.last).where(
        cw_number.c.series == series, cw_number.c.period == period
    )
    return int(session.scalar(statement) or 0)
