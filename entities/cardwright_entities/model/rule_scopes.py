"""What names mean in the steps of a rule: ``$each`` record found, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.model.asking_forms import form_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.hops import hops_of
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_metadata.definitions.rules import RuleDefinition, StepDefinition

EACH, ASK, MAIL = "$each", "$ask", "$mail"


def root_of_form(rule: RuleDefinition) -> str:
    """Return how a rule calls what it was told: answers of a form, or a mail."""
    return MAIL if rule.trigger.mail else ASK


def entity_of_each(model: Model, rule: RuleDefinition) -> EntityModel | None:
    """Return the entity of the records for which steps are done, None for a rule without."""
    if rule.each is None:
        return None
    if rule.each.entity:
        return model.entity(rule.each.entity)
    return hops_of(model, model.entity(rule.entity), rule.each.path)[-1].entity


def roots_of(model: Model, rule: RuleDefinition) -> Mapping[str, str]:
    """Return the entities behind names that only this rule knows."""
    each = entity_of_each(model, rule)
    asked = {root_of_form(rule): form_of(rule)} if rule.asks else {}
    return asked if each is None else {**asked, EACH: each.name}


def scope_of_each(model: Model, rule: RuleDefinition) -> EntityScope:
    """Return the names in the condition of the records for which steps are done."""
    assert rule.each is not None
    asked = {root_of_form(rule): form_of(rule)} if rule.asks else {}
    return EntityScope(
        model, model.entity(rule.each.entity), roots={**asked, "$record": rule.entity}
    )


def entity_made(rule: RuleDefinition, step: StepDefinition) -> str:
    """Return the entity of the record over which a step calculates."""
    made = {each.name: str(each.options.get("entity", "")) for each in rule.steps}
    return made.get(str(step.options.get("of", ""))) or rule.entity


def items_of(model: Model, rule: RuleDefinition, step: StepDefinition) -> EntityModel:
    """Return the entity of the items whose formulas a step calculates."""
    over = model.entity(entity_made(rule, step))
    return hops_of(model, over, str(step.options["from"]).split("."))[-1].entity
