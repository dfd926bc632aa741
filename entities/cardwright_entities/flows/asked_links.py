"""Questions of small forms that point to records: what they are called, and what they may name.

A form of an action asks for people and records that are no field of the record itself; whoever
offers what can be chosen finds the question here by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.flows.approvals.guarding import asked_person
from cardwright_entities.flows.owners.handing_over import asked_successor
from cardwright_entities.flows.sharing import asked_holders
from cardwright_entities.model.asking_forms import form_of
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model


def asked_link(model: Model, entity: str, name: str, target: str) -> FieldModel | None:
    """Return the question of a form of an entity that may name records of a target, if any may."""
    return next((each for each in _asked(model, entity, name) if target in each.targets), None)


def _asked(model: Model, entity: str, name: str) -> Iterator[FieldModel]:
    asked = (
        asked_person(model, entity, name),
        asked_holders(model, name),
        asked_successor(model, entity, name),
    )
    yield from (each for each in asked if each is not None)
    for rule in model.catalog.rules.values():
        if rule.entity == entity and name in rule.own_asks:
            yield model.entity(form_of(rule)).fields[name]
