"""What the clock brings: deadlines that pass, days that come, and all that is open anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from cardwright_entities.errors import CardwrightError, NotFoundError, UnavailableError
from cardwright_entities.flows.timing.effects import is_timed, kept_values
from cardwright_entities.flows.timing.recurrences import RECURRENCE, deal_with, horizon
from cardwright_entities.flows.timing.refusals import tell_refused
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.kept import write_kept
from cardwright_metadata.definitions.timing import PAUSED, RUNNING, RecurrenceDefinition

#: Records that are looked for in one statement.
AT_ONCE = 500
#: Days of one record that are dealt with in one transaction.
_MOST_DAYS = 50


@dataclass(frozen=True)
class Due:
    """One record to which time brings something."""

    entity: str
    record: int


def due_now(gate: Records) -> list[Due]:
    """Return the records whose deadline has passed, or for which a day has come."""
    return [
        Due(entity.name, record)
        for entity in _timed(gate)
        for record in _found(gate, entity, or_(*_conditions_now(gate, entity)))
    ]


def open_after(gate: Records, entity: str, record: int) -> list[int]:
    """Return further records of an entity whose time is still open, in the order of their ids."""
    model = gate.model.entity(entity)
    table = model.table
    states = [
        table.c[_column(model, each.state)].in_((RUNNING, PAUSED))
        for each in model.definition.deadlines.values()
    ]
    days = [
        _is_waiting(gate, model, each.between) for each in model.definition.recurrences.values()
    ]
    return _found(gate, model, and_(table.c["id"] > record, or_(*states, *days)))


def timed_entities(gate: Records) -> list[str]:
    """Return the entities to whose records time brings something."""
    return [each.name for each in _timed(gate)]


@dataclass(frozen=True)
class Brought:
    """How many records time has brought, and for how many recurrences they were refused."""

    made: int = 0
    refused: int = 0


def look_at(gate: Records, due: Due) -> Brought:
    """Do for one record what time brings; tell people of what is refused.

    What a recurrence brings is refused alone: the others of the record, and its deadlines, go on.
    """
    system = gate.beyond_rights()
    entity = system.model.entity(due.entity)
    try:
        system.lock(entity, due.record, "edit")
    except NotFoundError:
        return Brought()
    made, refused = 0, set[str]()
    for _ in range(_MOST_DAYS):
        for each in entity.definition.recurrences.values():
            if each.name in refused:
                continue
            done = _try(system, entity, each, due.record)
            made += done or 0
            if done is None:
                refused.add(each.name)
        if not _keep(system, entity, due.record):
            break
    return Brought(made, len(refused))


def _try(
    gate: Records, entity: EntityModel, recurrence: RecurrenceDefinition, record: int
) -> bool | None:
    """Make what is due, None where it was refused; nothing of a refused attempt stays."""
    try:
        with gate.session.savepoint():
            return deal_with(gate, entity, recurrence, record)
    except UnavailableError:
        raise  # the whole transaction is tried again
    except CardwrightError as error:
        gate.loader.forget(entity, record)
        tell_refused(gate, entity, record, recurrence, error)
        return None


def _keep(gate: Records, entity: EntityModel, record: int) -> bool:
    """Store what follows for a record; tell whether anything did."""
    gate.loader.forget(entity, record)
    stored = gate.loader.records(entity, [record]).get(record)
    if stored is None:
        return False
    draft = Draft(entity, dict(stored), dict(stored))
    draft.values.update(kept_values(gate, draft))
    if not draft.changed():
        return False
    change_set = open_change_set(gate.session, gate.context, RECURRENCE)
    write_kept(gate, [draft], change_set)
    return True


def _timed(gate: Records) -> Iterator[EntityModel]:
    for name in gate.model.catalog.entities:
        entity = gate.model.entity(name)
        if is_timed(entity):
            yield entity


def _conditions_now(gate: Records, entity: EntityModel) -> Iterator[ColumnElement[bool]]:
    table = entity.table
    for deadline in entity.definition.deadlines.values():
        yield and_(
            table.c[_column(entity, deadline.state)] == RUNNING,
            table.c[_column(entity, deadline.due)] < gate.context.now,
        )
    for each in entity.definition.recurrences.values():
        yield table.c[_column(entity, each.next)] <= horizon(gate, each)


def _is_waiting(
    gate: Records, entity: EntityModel, between: tuple[str, ...]
) -> ColumnElement[bool]:
    """Return the condition of records that have not ended."""
    last = entity.fields[between[-1]]
    if len(between) == 1 and len(last.columns) == 1:
        return entity.table.c["id"] > 0  # it never ends
    column = entity.table.c[last.columns[-1].name]
    today = gate.evaluator.calendars.named(None).day_of(gate.context.now)
    return or_(column.is_(None), column >= today)


def _found(gate: Records, entity: EntityModel, condition: ColumnElement[bool]) -> list[int]:
    number, gone = entity.table.c["id"], entity.table.c["deleted_at"]
    statement = select(number).where(gone.is_(None), condition).order_by(number).limit(AT_ONCE)
    return [int(row[0]) for row in gate.session.rows(statement)]


def _column(entity: EntityModel, name: str) -> str:
    return str(entity.fields[name].columns[0].name)
