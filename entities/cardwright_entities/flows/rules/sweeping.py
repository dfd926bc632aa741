"""Looks at rules that wait for the clock; asks for the steps of what is due, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from cardwright_entities.flows.rules.clocks import day_of_record, due_days, last_slot
from cardwright_entities.flows.rules.listening import ask_for
from cardwright_entities.flows.rules.membership import watch_all
from cardwright_entities.flows.rules.passing import passing
from cardwright_entities.flows.rules.runs import runs_with_key
from cardwright_entities.flows.rules.sets import records_of
from cardwright_entities.records.gate import Records
from cardwright_entities.store.telling_tables import cw_rule_state
from cardwright_metadata.definitions.rules import RuleDefinition, Shift
from cardwright_metadata.expressions.tree import Between, Literal, Node, Path

#: Records of one job.
BATCH = 500


def sweep_rule(gate: Records, rule: RuleDefinition) -> int:
    """Ask for the steps of one rule on everything that is due; return on how many records."""
    if rule.trigger.query:
        return _ask(gate, rule, watch_all(gate, rule))
    if rule.trigger.deadline:
        return sum(_ask(gate, rule, [record], key) for record, key in passing(gate, rule))
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
    return _ask(gate, rule, list(records_of(gate, rule, None)), key=f"schedule {slot}")


def _sweep_day(gate: Records, rule: RuleDefinition, shift: Shift) -> int:
    days = [
        day_of_record(each, shift)
        for each in due_days(rule.trigger, gate.context.now, gate.context.zone)
    ]
    count = 0
    for day in dict.fromkeys(days):
        key = f"{shift.number} {shift.unit} {day.isoformat()}"
        found = list(records_of(gate, rule, _on(rule, day)))
        count += _ask(gate, rule, found, key=key)
    return count


def _ask(gate: Records, rule: RuleDefinition, records: Sequence[int], key: str = "") -> int:
    count = 0
    size = max(1, len(records)) if rule.is_for_all else BATCH
    for start in range(0, len(records), size):
        batch = list(records[start : start + size])
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
