"""Recurrences: the days on which something comes, and the records that are made for them.

Days count from the first day of the record, never from the one before: what begins on the 31st
comes on the last day of shorter months, and on the 31st again where there is one. A day that was
dealt with is noted under a key, in the transaction that made its record, so that neither a second
worker nor a crash, an undo or a changed interval makes it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.errors import ConflictError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.periods import Span
from cardwright_entities.flows.proposals import NOTHING_OPEN, propose
from cardwright_entities.flows.timing.days import first_day, shifted
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.saving import SaveOptions
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.timing_tables import cw_recurrence_day
from cardwright_metadata.definitions.timing import LengthDefinition, RecurrenceDefinition
from cardwright_metadata.timing_parts import read_length

#: The kind of save that a recurrence does; history says so.
RECURRENCE = "recurrence"

#: What an interval may say in one word, beside a length such as 3 months.
WORDS: Mapping[str, LengthDefinition] = {
    "daily": LengthDefinition(number=1, unit="day"),
    "weekly": LengthDefinition(number=1, unit="week"),
    "monthly": LengthDefinition(number=1, unit="month"),
    "quarterly": LengthDefinition(number=3, unit="month"),
    "half_yearly": LengthDefinition(number=6, unit="month"),
    "yearly": LengthDefinition(number=1, unit="year"),
}
#: An interval is no longer than this, in its unit.
_LONGEST = 9_999


def kept_of(
    gate: Records,
    definition: RecurrenceDefinition,
    record: RecordValues,
    before: Mapping[str, object] | None,
) -> dict[str, object]:
    """Return the next day of a recurrence, as a record keeps it."""
    number = record.values.get("id")
    dealt = None
    if isinstance(number, int):
        dealt = _last_dealt(gate.session, record.entity, number, definition)
    known = (before or {}).get(definition.next)
    floor = min(known, today(gate)) if isinstance(known, date) else today(gate)
    if dealt is not None:
        floor = max(floor, dealt + timedelta(days=1))
    return {definition.next: _next(definition, record, floor)}


def today(gate: Records) -> date:
    """Return the day that it is where the company is."""
    return gate.evaluator.calendars.named(None).day_of(gate.context.now)


def horizon(gate: Records, definition: RecurrenceDefinition) -> date:
    """Return the last day for which records are made now."""
    return shifted(today(gate), definition.ahead.number, definition.ahead.unit)


def deal_with(
    gate: Records, entity: EntityModel, definition: RecurrenceDefinition, record: int
) -> bool:
    """Make what is due for a record that is locked; tell whether a record was made.

    Raise what a save would raise.
    """
    stored = gate.loader.record(entity, record)
    day = (stored or {}).get(definition.next)
    if stored is None or not isinstance(day, date) or day > horizon(gate, definition):
        return False
    if not _note(gate.session, entity, record, definition, day):
        return False
    names = RecordValues(gate.evaluator, entity, stored)
    if definition.skip is not None and gate.evaluator.holds(definition.skip, names):
        return False
    try:
        made = _make(gate, definition, names, day)
    except ConflictError as refusal:
        if refusal.message.code == NOTHING_OPEN:
            return False
        raise
    _note_made(gate.session, entity, record, definition, day, made)
    return True


def _make(
    gate: Records, definition: RecurrenceDefinition, names: RecordValues, day: date
) -> RecordRef:
    raw: dict[str, object] = {}
    name = definition.entity
    if definition.conversion:
        conversion = gate.model.catalog.conversions[definition.conversion]
        name = conversion.target
        source = int(str(names.values["id"]))
        raw |= propose(gate, conversion, [source], definition.take).raw
    target = gate.model.entity(name)
    for field, each in definition.values.items():
        raw[field] = gate.evaluator.value(each, names)
    if definition.day:
        raw[definition.day] = day
    if "owner" in target.fields and "owner" not in raw and names.values.get("owner") is not None:
        raw["owner"] = names.values["owner"]  # whoever looks after the one looks after the other
    label = definition.label.in_language(gate.context.language, name=definition.name)
    # What a definition says is typed by nobody: fields that nobody types may be given too.
    options = SaveOptions(kind=RECURRENCE, label=f"{label} {day.isoformat()}", read_only_too=True)
    return RecordRef(name, gate.create(name, raw, options).id)


def _next(definition: RecurrenceDefinition, record: RecordValues, floor: date) -> date | None:
    start, end = _ends(definition, record)
    every = _interval(definition, record)
    if start is None or every is None:
        return None
    day = first_day(start, every, floor)
    return day if day is not None and (end is None or day <= end) else None


def _ends(
    definition: RecurrenceDefinition, record: RecordValues
) -> tuple[date | None, date | None]:
    values = [record.own(record.entity.fields[each]) for each in definition.between]
    if isinstance(values[0], Span):
        return values[0].start, values[0].end
    zone = record.evaluator.calendars.named(None)
    days = [
        zone.day_of(each)
        if isinstance(each, datetime)
        else each
        if isinstance(each, date)
        else None
        for each in values
    ]
    return days[0], days[1] if len(days) > 1 else None


def _interval(definition: RecurrenceDefinition, record: RecordValues) -> LengthDefinition | None:
    if isinstance(definition.every, LengthDefinition):
        return definition.every
    value = record.evaluator.value(definition.every, record)
    if isinstance(value, timedelta):
        days, rest = divmod(value, timedelta(days=1))
        return _positive(days, "day") if not rest else None
    if isinstance(value, str):
        return WORDS.get(value) or read_length(value)
    if isinstance(value, int | Decimal) and value == int(value):
        return _positive(int(value), definition.unit or "day")
    return None


def _positive(number: int, unit: str) -> LengthDefinition | None:
    return LengthDefinition(number=number, unit=unit) if 0 < number <= _LONGEST else None


# -- days that were dealt with ---------------------------------------------------------------------


def key_of(entity: EntityModel, record: int, definition: RecurrenceDefinition) -> dict[str, object]:
    """Return what says which recurrence of which record it is."""
    key = entity.key
    return {"entity": key, "record": record, "recurrence": definition.name}


def _last_dealt(
    session: Session, entity: EntityModel, record: int, definition: RecurrenceDefinition
) -> date | None:
    table = cw_recurrence_day
    own = [table.c[name] == each for name, each in key_of(entity, record, definition).items()]
    found = session.scalar(select(func.max(table.c.day)).where(*own))
    return found if isinstance(found, date) else None


def _note(
    session: Session, entity: EntityModel, record: int, definition: RecurrenceDefinition, day: date
) -> bool:
    """Note that a day is dealt with; tell whether nobody had noted it before."""
    into = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    key = {**key_of(entity, record, definition), "day": day}
    row = {**key, "at": session.context.now}
    statement = (
        into(cw_recurrence_day).values(**row).on_conflict_do_nothing(index_elements=list(key))
    )
    return bool(session.execute(statement).rowcount)


def _note_made(
    session: Session,
    entity: EntityModel,
    record: int,
    definition: RecurrenceDefinition,
    day: date,
    made: RecordRef,
) -> None:
    table = cw_recurrence_day
    key = {**key_of(entity, record, definition), "day": day}
    own = [table.c[name] == each for name, each in key.items()]
    values = {"made_entity": made.entity, "made": made.id}
    session.execute(update(table).where(*own).values(**values))
