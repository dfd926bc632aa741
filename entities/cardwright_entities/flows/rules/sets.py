"""The set of a rule: all records that its condition holds for and its reader sees."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.expressions.tree import Binary, Node


def records_of(gate: Records, rule: RuleDefinition, where: Node | None = None) -> Iterator[int]:
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
