"""Rules that listen: a write that they wait for asks for their steps, in the same transaction.

The condition is looked at in the transaction, where what was before is still known. The steps are
a job after it: a rule can neither slow down nor spoil the save that it follows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from cardwright_entities.errors import CardwrightError
from cardwright_entities.flows.rules.membership import watch_written
from cardwright_entities.flows.rules.runs import FAILED, LOOP, note_run
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Operation, Written
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.expressions.names import paths_of

#: The kind of job that does a rule's steps on some records.
RUN = "run_rule"

#: Rules that set off each other, one behind the other.
LONGEST_CHAIN = 8

#: Roots of names that mean the record itself, now or before.
_OWN = ("", "$record", "$self", "$old")

_OPERATIONS = {
    "created": ("create",),
    "changed": ("update",),
    "saved": ("create", "update"),
    "deleted": ("delete",),
    "restored": ("restore",),
    "moved": ("update",),
}


class RuleEffect:
    """Asks for the steps of rules that wait for what was just written."""

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Rules have no say in a save."""

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Find the rules that wait for these writes, and ask for their steps."""
        if gate.model.catalog.rules:
            _hear(gate, _written_records(written), waits_for)

    def kept(self, gate: Records, changes: Sequence[Draft], change_set: int) -> None:
        """Find the rules that wait for values that follow from somebody else's write."""
        if gate.model.catalog.rules:
            _hear(gate, ((draft, "update") for draft in changes), waits_for_kept)


def _hear(
    gate: Records,
    changes: Iterable[tuple[Draft, Operation]],
    is_meant: Callable[[RuleDefinition, Draft, Operation], bool],
) -> None:
    """Ask for the steps of rules that wait for changes, or for who is in their query by them."""
    hits: defaultdict[str, list[int]] = defaultdict(list)
    touched: defaultdict[str, list[int]] = defaultdict(list)
    for draft, operation in changes:
        if draft.id is None:
            continue
        touched[draft.entity.name].append(draft.id)
        for rule in rules_of(gate.model, draft.entity.name):
            if is_meant(rule, draft, operation) and holds_for(gate, rule, draft):
                hits[rule.name].append(draft.id)
    for name, records in hits.items():
        ask_for(gate, gate.model.catalog.rules[name], records)
    for entity, records in touched.items():
        for rule, found in watch_written(gate, entity, records):
            ask_for(gate, rule, found)


def rules_of(model: Model, entity: str) -> Iterator[RuleDefinition]:
    """Yield the rules about an entity that are at work."""
    for rule in model.catalog.rules.values():
        if rule.entity == entity and rule.active:
            yield rule


def ask_for(gate: Records, rule: RuleDefinition, records: Sequence[int], key: str = "") -> None:
    """Ask for a rule's steps on some records, unless they would go round in circles."""
    chain = gate.context.rules
    if rule.name in chain or len(chain) >= LONGEST_CHAIN:
        problem = {"code": "rule_loop", "params": {"chain": " → ".join((*chain, rule.name))}}
        for record in records:
            note_run(gate.session, rule.name, record, LOOP, key=key, problem=problem)
        return
    Jobs().enqueue(
        gate.session,
        RUN,
        {"rule": rule.name, "records": list(records), "chain": list(chain), "key": key},
        key=f"rule {rule.name} {key} {records[0]}" if key and len(records) == 1 else None,
        cause=f"rule/{rule.name}",
    )


def _written_records(written: Sequence[Written]) -> Iterator[tuple[Draft, Operation]]:
    for each in written:
        if each.operation in ("delete", "restore"):
            yield each.draft, each.operation
            continue
        for draft in each.draft.walk():
            if draft.is_new:
                yield draft, "create"
            elif _changed_fields(draft):
                yield draft, "update"
            for line in draft.removed:
                yield line, "delete"


def _changed_fields(draft: Draft) -> set[str]:
    return {name for name in draft.changed() if not draft.entity.fields[name].definition.system} | (
        {"owner"} & set(draft.changed())
    )


def waits_for(rule: RuleDefinition, draft: Draft, operation: Operation) -> bool:
    """Tell whether a rule waits for what was done to a record."""
    trigger = rule.trigger
    if not trigger.event or operation not in _OPERATIONS[trigger.event]:
        return False
    changed = _changed_fields(draft)
    if trigger.event == "moved":
        stages = [
            each.name for each in draft.entity.fields.values() if each.type.computed == "stage"
        ]
        reached = {draft.values.get(name) for name in stages if name in changed}
        return bool(reached & set(trigger.states)) if trigger.states else bool(reached)
    if operation == "update" and trigger.fields:
        return bool(changed & set(trigger.fields))
    return True


def waits_for_kept(rule: RuleDefinition, draft: Draft, operation: Operation) -> bool:
    """Tell whether a rule waits for values that the engine has computed again.

    That is no edit of the record: a rule that names no fields hears of it where its condition
    reads one of them.
    """
    if rule.trigger.event not in ("changed", "saved"):
        return False
    watched = set(rule.trigger.fields)
    if not watched and rule.condition is not None:
        paths = paths_of(rule.condition.tree)
        watched = {each.names[0] for each in paths if each.names and each.root in _OWN}
    return bool(watched & set(draft.changed()))


def holds_for(gate: Records, rule: RuleDefinition, draft: Draft) -> bool:
    """Tell whether a rule's condition holds for a record that was just written."""
    if rule.condition is None:
        return True
    try:
        return gate.evaluator.holds(rule.condition, gate.evaluator.of_draft(draft))
    except CardwrightError as error:
        problem = {"code": error.message.code, "params": dict(error.message.params)}
        note_run(gate.session, rule.name, draft.id or 0, FAILED, problem=problem)
        return False
