"""The step ``rank``: all records of a rule in an order, and what each gets for its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.running import work_of
from cardwright_entities.flows.rules.sets import records_of
from cardwright_entities.records.calculating import rank
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.rules import RANK, RuleDefinition, StepDefinition
from cardwright_metadata.expressions.tree import Path

#: Records read at once.
_AT_ONCE = 500

#: What a rank changes: field, record, and its new choice, None for none.
Place = tuple[str, int, str | None]


def ranked(gate: Records, rule: RuleDefinition) -> list[Place]:
    """Return what the ranks of a rule change among all its records."""
    acting = work_of(gate, rule).gate
    steps = [each for each in rule.steps if each.kind == RANK]
    return [place for step in steps for place in _places(acting, rule, step)]


def place_records(gate: Records, rule: RuleDefinition, places: Sequence[Place]) -> int | None:
    """Store some places; return the change set, None for no place."""
    work = work_of(gate, rule)
    for name, record, choice in places:
        raw = {name: choice}
        work.note(work.gate.update(rule.entity, record, raw, None, work.options()))
    return work.change_set


def _places(gate: Records, rule: RuleDefinition, step: StepDefinition) -> Iterator[Place]:
    by, into = Path((step.options["by"],)), str(step.options["into"])
    groups: defaultdict[object, list[tuple[int, Decimal | None]]] = defaultdict(list)
    before: dict[int, object] = {}
    for record in _read(gate, rule):
        number = int(str(record.values["id"]))
        score = record.value(by)
        group = record.value(Path((step.options["per"],))) if "per" in step.options else None
        key = (group.entity, group.id) if isinstance(group, RecordRef) else group
        is_number = isinstance(score, Decimal | int)
        groups[key].append((number, Decimal(str(score)) if is_number else None))
        before[number] = record.value(Path((into,)))
    for scores in groups.values():
        found = rank(scores, step.options["cuts"])
        for number, _ in scores:
            if before[number] != found.get(number):
                yield into, number, found.get(number)


def _read(gate: Records, rule: RuleDefinition) -> Iterator[RecordValues]:
    entity = gate.model.entity(rule.entity)
    ids = list(records_of(gate, rule))
    for start in range(0, len(ids), _AT_ONCE):
        for values in gate.loader.records(entity, ids[start : start + _AT_ONCE]).values():
            yield RecordValues(gate.evaluator, entity, values)
