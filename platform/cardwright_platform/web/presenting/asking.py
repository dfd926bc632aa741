"""What one may ask of any record: where its values come from, and who sees it."""

from __future__ import annotations

from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import rights_url, why_url


def asking_actions(reader: Reader, entity: EntityModel, record: int) -> tuple[Action, ...]:
    """Return the entries of a card that explain the record."""
    why, rights = why_url(entity.name, record), rights_url(entity.name, record)
    return (
        Action(label=reader.t("card.why"), url=why, icon="info-circle"),
        Action(label=reader.t("card.rights"), url=rights, icon="eye"),
    )
