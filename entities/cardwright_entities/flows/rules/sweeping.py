"""Looks at rules that wait for the clock; asks for the steps of what is due, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from cardwright_entities.flows.rules.clocks import day_of_record, due_days, last_slot
from cardwright_entities.flows.rules.listening import ask_for
from cardwright_entities.flows.rules.membership import watch_all
from cardwright_entities.flows.rules.runs import runs_with_key
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.gate import Records
from cardwright_entities.store.telling_tables import cw_rule_state
from cardwright_metadata.definitions.rules import RuleDefinition, Shift
from cardwright_metadata.expressions.tree import Between, Binary, Literal, Node, Path

#: Records of one job.
BATCH = 500


def sweep_rule(gate: Records, rule: RuleDefinition) -> int:
    """Ask for the steps of one rule on everything that is due; return on how many records."""
    if rule.trigger.query:
        return _ask(gate, rule, watch_all(gate, rule))
    if rule.trigger.schedule:
        return _sweep_schedule(gate, rule)
    if rule.trigger.date:
        return sum(_sweep_day(gate, rule, shift) for shift in _shifts(rule))
    return 0


def _shifts(rule: RuleDefinition) -> Sequence[Shift]:
    return rule.trigger.shifts or (Shift(number=0, unit="day"),)


def _sweep_schedule(gate: Records, rule: RuleDefinition) -> int:
    slot = last_slot(rule.trigger, gate.context.now, gate.context.zone)
    row = gate.session.row(select(cw_rule_state.c.slot).where(cw_rule_state.c.rule == rule.name))
    if row is not None and row[0] == slot:
        return 0
    gate.session.execute(delete(cw_rule_state).where(cw_rule_state.c.rule == rule.name))
    state = {"rule": rule.name, "fingerprint": "", "slot": slot}
    gate.session.execute(insert(cw_rule_state).values(**state))
    if row is None:
        return 0  # a new rule waits for its next time
    return _ask(gate, rule, list(_records(gate, rule, None)), key=f"schedule {slot}")


def _sweep_day(gate: Records, rule: RuleDefinition, shift: Shift) -> int:
    days = [
        day_of_record(each, shift)
        for each in due_days(rule.trigger, gate.context.now, gate.context.zone)
    ]
    count = 0
    for day in dict.fromkeys(days):
        key = f"{shift.number} {shift.unit} {day.isoformat()}"
        found = list(_records(gate, rule, _on(rule, day)))
        count += _ask(gate, rule, found, key=key)
    return count


def _ask(gate: Records, rule: RuleDefinition, records: Sequence[int], key: str = "") -> int:
    count = 0
    for start in range(0, len(records), BATCH):
        batch = list(records[start : start + BATCH])
        if key:
            done = runs_with_key(gate.session, rule.name, key, batch)
            batch = [each for each in batch if each not in done]
        if batch:
            ask_for(gate, rule, batch, key)
            count += len(batch)
    return count


def _on(rule: RuleDefinition, day: date) -> Node:
    """Return the condition that a record's day is this one, of a moment its local day."""
    path = Path(tuple(rule.trigger.date.split(".")))
    return Between(path, Literal(day), Literal(day))


def _records(gate: Records, rule: RuleDefinition, where: Node | None) -> Iterator[int]:
    """Yield the records that a rule is about, in their order."""
    entity = gate.model.entity(rule.entity)
    tree = where
    if rule.condition is not None:
        own = rule.condition.tree
        tree = own if where is None else Binary("and", where, own)
    typed = None if tree is None else typed_condition(gate.reading, entity.name, tree)
    names, inside = open_records(gate.reading, entity, PageRequest(entity=entity.name, where=typed))
    number = names.source.c["id"]
    joined = names.joins.clause if names.joins is not None else names.source
    statement = select(number).select_from(joined).where(inside).order_by(number)
    yield from (int(row[0]) for row in gate.session.rows(statement))
