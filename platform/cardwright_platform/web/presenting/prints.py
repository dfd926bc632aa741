"""The documents that can be printed of a record, as entries of its menu."""

from __future__ import annotations

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.prints.documents import USUAL, may_print, prints_of
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import print_url


def print_actions(desk: Desk, reader: Reader, entity: EntityModel, record: int) -> list[Action]:
    """Return an entry for each print of a record, none for who may not print it."""
    if not may_print(desk, entity, record):
        return []
    return [
        Action(
            label=reader.t("card.print")
            if each.name == USUAL
            else reader.t("card.print_named", name=reader.text(each.label, each.name)),
            url=print_url(entity.name, record, each.name),
            icon="printer",
        )
        for each in prints_of(desk, entity)
    ]
