"""Who is in a query: records that came to be in it, or no longer are, by a change or by time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import and_, delete, insert, not_, select

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.gate import Records
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.telling_tables import cw_rule_member, cw_rule_state
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.expressions.tree import Binary, Node

#: Records looked at in one statement.
_AT_ONCE = 500

Found = tuple[RuleDefinition, list[int]]


def watch_written(gate: Records, entity: str, records: Sequence[int]) -> Iterator[Found]:
    """Yield the rules whose query records have entered or left by a write, with the records."""
    for rule in _watching(gate, entity):
        if not _is_known(gate.session, gate, rule):
            continue  # the next look over all records takes note of who is in it
        found = [
            each
            for start in range(0, len(records), _AT_ONCE)
            for each in _changes(gate, rule, records[start : start + _AT_ONCE])
        ]
        if found:
            yield rule, found


def is_one_new(gate: Records) -> bool:
    """Tell whether there is a rule of which nobody has taken note yet who is in its query."""
    return any(
        rule.active and rule.trigger.query and not _is_known(gate.session, gate, rule)
        for rule in gate.model.catalog.rules.values()
    )


def watch_all(gate: Records, rule: RuleDefinition) -> list[int]:
    """Return the records that entered or left a rule's query by time or from elsewhere.

    A rule that is new, or whose query was changed, first takes note of who is in it, silently.
    """
    silent = not _is_known(gate.session, gate, rule)
    if silent:
        gate.session.execute(delete(cw_rule_member).where(cw_rule_member.c.rule == rule.name))
    found = _changes(gate, rule, None)
    if silent:
        _know(gate.session, gate, rule)
    return [] if silent else found


def _watching(gate: Records, entity: str) -> Iterator[RuleDefinition]:
    for rule in gate.model.catalog.rules.values():
        if rule.entity == entity and rule.active and rule.trigger.query:
            yield rule


def _changes(gate: Records, rule: RuleDefinition, records: Sequence[int] | None) -> list[int]:
    """Keep note of who is in the query now; return those that the rule waits for."""
    system = gate.beyond_rights()
    entity = gate.model.entity(rule.entity)
    where = _condition(system, rule, entity)
    names, inside = open_records(
        system.reading, entity, PageRequest(entity=entity.name, where=where)
    )
    number = names.source.c["id"]
    member = select(cw_rule_member.c.record).where(cw_rule_member.c.rule == rule.name)
    chosen = [] if records is None else [number.in_(list(records))]
    joined = names.joins.clause if names.joins is not None else names.source
    fresh = select(number).select_from(joined).where(inside, not_(number.in_(member)), *chosen)
    entered = [int(row[0]) for row in gate.session.rows(fresh)]
    still = select(number).select_from(joined).where(inside)
    gone = member.where(not_(cw_rule_member.c.record.in_(still)))
    if records is not None:
        gone = gone.where(cw_rule_member.c.record.in_(list(records)))
    left = [int(row[0]) for row in gate.session.rows(gone)]
    _keep(gate.session, rule.name, entered, left)
    return sorted(entered if rule.trigger.entered else left)


def _keep(session: Session, rule: str, entered: Sequence[int], left: Sequence[int]) -> None:
    if entered:
        rows = [{"rule": rule, "record": each} for each in entered]
        session.execute(insert(cw_rule_member), rows)
    for start in range(0, len(left), _AT_ONCE):
        gone = cw_rule_member.c.record.in_(left[start : start + _AT_ONCE])
        session.execute(delete(cw_rule_member).where(and_(cw_rule_member.c.rule == rule, gone)))


def _condition(gate: Records, rule: RuleDefinition, entity: EntityModel) -> Node | None:
    query = entity.definition.queries[rule.trigger.query]
    parts = [each for each in (query.where, rule.condition) if each is not None]
    trees = [typed_condition(gate.reading, entity.name, each.tree) for each in parts]
    if len(trees) == 2:
        return Binary("and", trees[0], trees[1])
    return trees[0] if trees else None


# -- what is known of a rule -----------------------------------------------------------------------


def _fingerprint(gate: Records, rule: RuleDefinition) -> str:
    query = gate.model.entity(rule.entity).definition.queries[rule.trigger.query]
    texts = (query.where.text if query.where else "", rule.condition.text if rule.condition else "")
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _is_known(session: Session, gate: Records, rule: RuleDefinition) -> bool:
    statement = select(cw_rule_state.c.fingerprint).where(cw_rule_state.c.rule == rule.name)
    return bool(session.scalar(statement) == _fingerprint(gate, rule))


def _know(session: Session, gate: Records, rule: RuleDefinition) -> None:
    session.execute(delete(cw_rule_state).where(cw_rule_state.c.rule == rule.name))
    row = {"rule": rule.name, "fingerprint": _fingerprint(gate, rule), "slot": None}
    session.execute(insert(cw_rule_state).values(**row))
