"""Whose a record is → what its card says of it, and where the buttons for it stand."""

from __future__ import annotations

from cardwright_entities.engine import Desk
from cardwright_entities.flows.actions import Action
from cardwright_entities.flows.owners.buttons import KIND
from cardwright_entities.flows.owners.returning import return_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RecordView
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.expressions.tree import Expression, Literal
from cardwright_platform.web.presenting.reader import Reader


def is_in_menu(offered: Action) -> bool:
    """Tell whether an action stands in the menu: whose a record is changes now and then."""
    return offered.kind == KIND and offered.back


def why_it_returns(desk: Desk, reader: Reader, entity: EntityModel, record: RecordView) -> str:
    """Say when and why a record goes back into the pool, and which rule puts it there."""
    said = returns_of(desk, reader, entity, record)
    rules = [
        reader.text(each.label, each.name)
        for each in desk.model.catalog.rules.values()
        if each.entity == entity.name and each.active and each.trigger.schedule and _gives_up(each)
    ]
    if not said or not rules:
        return said
    return reader.t("rights.returns_by", said=said, rules=reader.listed(rules))


def _gives_up(rule: RuleDefinition) -> bool:
    """Tell whether a rule gives records to nobody."""
    given = [each.options.get("value") for each in rule.steps if each.kind == "assign"]
    return any(isinstance(each, Expression) and each.tree == Literal(None) for each in given)


def returns_of(desk: Desk, reader: Reader, entity: EntityModel, record: RecordView) -> str:
    """Say when and why a record goes back into the pool by itself, if that is to be said."""
    if entity.definition.pool is None:
        return ""
    found = return_of(desk.records, entity, record.id, record.values)
    if found is None:
        return ""
    day, reason = reader.locale.date(found.day), reader.text(found.reason)
    return reader.t("card.returns", day=day, reason=reason)
