"""Ways from a card or list to where its object is shaped, for those who may."""

from __future__ import annotations

from cardwright_entities.access.features import DEFINE
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import studio_card_url, studio_entity_url, studio_new_field_url


def shaping_actions(desk: Desk, reader: Reader, entity: EntityModel, back: str) -> list[Action]:
    """Return the ways to a new field and to all fields; ``back`` is the page that asks."""
    if not desk.policy.has_feature(desk.context.principal, DEFINE) or entity.definition.kept:
        return []
    return [
        Action(
            label=reader.t("studio.add_field"),
            url=studio_new_field_url(entity.name, back),
            icon="square-plus",
        ),
        Action(
            label=reader.t("studio.arrange"),
            url=studio_card_url(entity.name, back),
            icon="layout-cards",
        ),
        Action(
            label=reader.t("studio.shape", entity=reader.inside(reader.entity_label(entity))),
            url=studio_entity_url(entity.name),
            icon="tools",
        ),
    ]
