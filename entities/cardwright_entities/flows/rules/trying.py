"""On which records a rule would have worked lately: told from history, without doing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from cardwright_entities.errors import CardwrightError, LimitError, Message
from cardwright_entities.flows.rules.clocks import day_of_record
from cardwright_entities.flows.rules.listening import holds_for, waits_for
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.effects import Operation
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import changes_since
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.expressions.tree import Expression, Path

#: Changes that are looked at; more are too many for a look.
MOST_CHANGES = 20_000

_OPERATIONS: Mapping[str, Operation] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "restore": "restore",
}

Hit = tuple[datetime, int]


def try_rule(gate: Records, rule: RuleDefinition, days: int = 30) -> list[Hit]:
    """Return when a rule would have worked on which records, the oldest first.

    Rules that wait for writes or for a query are judged by every change of those days; a rule
    about a day by the records as they are now. Raise LimitError for too much history.
    """
    since = gate.context.now - timedelta(days=days)
    if rule.trigger.date:
        return sorted(_days(gate, rule, since))
    if rule.trigger.schedule or rule.trigger.has_no_record or rule.trigger.button:
        return []
    return sorted(_changes(gate, rule, since))


def _days(gate: Records, rule: RuleDefinition, since: datetime) -> Iterator[Hit]:
    entity = gate.model.entity(rule.entity)
    zone = gate.context.zone
    path = Path(tuple(rule.trigger.date.split(".")))
    today = gate.context.now.astimezone(zone).date()
    wanted = {
        day_of_record(today - timedelta(days=back), shift): today - timedelta(days=back)
        for back in range((gate.context.now - since).days + 1)
        for shift in rule.trigger.shifts or ()
    }
    for values in gate.loader.where(entity, entity.table.c["id"] > 0):
        names = RecordValues(gate.evaluator, entity, values)
        day = names.value(path)
        day = day.astimezone(zone).date() if isinstance(day, datetime) else day
        fires_on = wanted.get(day) if isinstance(day, date) else None
        if fires_on is not None and _is_true(gate, rule.condition, names):
            moment = datetime.combine(fires_on, datetime.min.time(), zone)
            yield moment, int(str(values["id"]))


def _changes(gate: Records, rule: RuleDefinition, since: datetime) -> Iterator[Hit]:
    entity = gate.model.entity(rule.entity)
    rows = changes_since(gate.session, entity, since, MOST_CHANGES + 1)
    if len(rows) > MOST_CHANGES:
        raise LimitError(Message.of("too_much_history", most=MOST_CHANGES))
    for record, changes in groupby(rows, key=lambda row: row.record):
        now = gate.loader.records(entity, [record]) or gate.loader.records(
            entity, [record], deleted=True
        )
        after = now.get(record)
        for each in changes if after is not None else ():
            assert after is not None
            earlier = {**after, **_earlier(gate, entity, each.before or {})}
            stored = None if each.operation == "create" else earlier
            draft = Draft(entity, dict(after), stored)
            if _would_work(gate, rule, draft, _OPERATIONS.get(each.operation, "update")):
                yield each.at, record
            after = earlier


def _would_work(gate: Records, rule: RuleDefinition, draft: Draft, operation: Operation) -> bool:
    if rule.trigger.query:
        query = draft.entity.definition.queries[rule.trigger.query].where
        inside = [
            values is not None
            and operation not in ("delete", "restore")
            and _in_query(gate, rule, query, draft.entity, values)
            for values in (draft.stored, draft.values)
        ]
        return inside == ([False, True] if rule.trigger.entered else [True, False])
    return waits_for(rule, draft, operation) and holds_for(gate, rule, draft)


def _in_query(
    gate: Records,
    rule: RuleDefinition,
    query: Expression | None,
    entity: EntityModel,
    values: Values,
) -> bool:
    names = RecordValues(gate.evaluator, entity, values)
    return _is_true(gate, query, names) and _is_true(gate, rule.condition, names)


def _is_true(gate: Records, expression: Expression | None, names: RecordValues) -> bool:
    if expression is None:
        return True
    try:
        return gate.evaluator.holds(expression, names)
    except CardwrightError:
        return False


def _earlier(gate: Records, entity: EntityModel, before: Mapping[str, Any]) -> Values:
    found: Values = {}
    for key, value in before.items():
        field = entity.by_id.get(key) or entity.fields.get(key)
        if field is not None:
            found[field.name] = None if value is None else field.parse(value, gate.context)
    return found
