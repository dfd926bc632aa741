"""What imports and exports need of the installation around them, and who may ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_entities.exchange.requests import Desk, OpenDesk, Say
from cardwright_entities.exchange.sheets import Workbooks
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.entities import EntityModel


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts of an installation that move files in and out."""

    desk: OpenDesk
    blobs: Blobs
    workbooks: Workbooks
    jobs: Jobs
    say: Say


def require(desk: Desk, entity_name: str, action: str) -> EntityModel:
    """Return an entity if the principal may import or export it; raise as for any action."""
    if entity_name not in desk.model.catalog.entities:
        raise NotFoundError(Message("not_found"))
    entity = desk.model.entity(entity_name)
    principal = desk.context.principal
    if not desk.policy.may(principal, entity_name, "read"):
        raise NotFoundError(Message("not_found"))
    head = desk.model.head_of(entity) or entity
    offered = action != "import" or "import" in head.definition.features
    if not offered or not desk.policy.may(principal, entity_name, action):
        raise AccessError(Message("not_allowed"))
    return entity
