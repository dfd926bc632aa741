"""What one may ask of any record: where its values come from, and who sees it."""

from __future__ import annotations

from cardwright_entities.access.features import EXPLAIN
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import access_person_url, rights_url, why_url


def asking_actions(
    desk: Desk, reader: Reader, entity: EntityModel, record: int
) -> tuple[Action, ...]:
    """Return the entries of a card that explain the record, and of a user all that he may do."""
    why, rights = why_url(entity.name, record), rights_url(entity.name, record)
    return (
        *_of_user(desk, reader, entity, record),
        Action(label=reader.t("card.why"), url=why, icon="info-circle"),
        Action(label=reader.t("card.rights"), url=rights, icon="eye"),
    )


def _of_user(desk: Desk, reader: Reader, entity: EntityModel, record: int) -> tuple[Action, ...]:
    player, principal = desk.model.catalog.player("user"), desk.context.principal
    if player is None or player.name != entity.name:
        return ()
    # The record of a user has the number of his account.
    if principal.account != record and not desk.policy.has_feature(principal, EXPLAIN):
        return ()
    url = access_person_url(record)
    return (Action(label=reader.t("access.of_user"), url=url, icon="shield-check"),)
