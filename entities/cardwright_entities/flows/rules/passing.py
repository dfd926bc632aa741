"""Records whose deadline passes or comes near: for rules that wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cardwright_entities.flows.rules.sets import records_of
from cardwright_entities.flows.timing.deadlines import stand_of
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.definitions.timing import MISSED, RUNNING, DeadlineDefinition
from cardwright_metadata.expressions.tree import Binary, Literal, Path

#: Deadlines that have passed are looked at for so long, as a worker may have been away.
LOOK_BACK = timedelta(days=3)
#: A deadline that comes near lies no further ahead: weekends and holidays are longer than work.
LOOK_AHEAD = timedelta(days=45)


def passing(gate: Records, rule: RuleDefinition) -> Iterator[tuple[int, str]]:
    """Yield the records that a rule waits for, each with what makes it be asked for once."""
    system = gate.beyond_rights()
    entity = gate.model.entity(rule.entity)
    deadline = entity.definition.deadlines[rule.trigger.deadline]
    now = gate.context.now
    hours = max((-each.number for each in rule.trigger.shifts), default=0)
    until = now + LOOK_AHEAD if hours else now
    due = Path((deadline.due,))
    where = Binary(
        "and",
        Binary(">", due, Literal(now - LOOK_BACK)),
        Binary("<", due, Literal(until)),
    )
    states = (RUNNING,) if hours else (RUNNING, MISSED)
    found = list(records_of(system, rule, where))
    for record, stored in system.loader.records(entity, found).items():
        if stored[deadline.state] not in states:
            continue
        left = _left(system, rule, deadline, record)
        if hours and left is not None and left < timedelta():
            continue  # it no longer comes near: it has passed
        moment = stored[deadline.due]
        assert isinstance(moment, datetime)
        for each in [-each.number for each in rule.trigger.shifts] or [0]:
            if left is not None and left <= timedelta(hours=each):
                yield record, f"{deadline.name} {each} {moment.isoformat()}"


def _left(
    gate: Records, rule: RuleDefinition, deadline: DeadlineDefinition, record: int
) -> timedelta | None:
    entity = gate.model.entity(rule.entity)
    stored = gate.loader.record(entity, record) or {}
    names = RecordValues(gate.evaluator, entity, stored)
    found = stand_of(deadline, names, stored, gate.context.now)
    return None if found is None else found.left(gate.context.now)
