"""What can be done with a record beside its buttons: the menu behind the three dots of its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RecordView
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.asking import asking_actions
from cardwright_platform.web.presenting.duplicates import merge_actions
from cardwright_platform.web.presenting.flowing import pull_actions
from cardwright_platform.web.presenting.prints import print_actions
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.shaping import shaping_actions
from cardwright_platform.web.urls import action_url, card_url, new_url


def menu_of(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    record: RecordView,
    may: Callable[[str], bool],
    asking: Sequence[Action],
) -> tuple[Action, ...]:
    """Return the menu; ``may`` tells what is allowed with the record, ``asking`` are its flows."""
    actions = print_actions(desk, reader, entity, record.id)
    if may("edit"):
        actions += pull_actions(desk, reader, entity, record.id)
    if may("create") and not entity.definition.owner:
        url = new_url(entity.name, (("copy", str(record.id)),))
        actions.append(Action(label=reader.t("card.copy"), url=url, icon="copy"))
    actions += asking
    actions += merge_actions(desk, reader, entity, record)
    actions += asking_actions(desk, reader, entity, record.id)
    actions += shaping_actions(desk, reader, entity, card_url(entity.name, record.id))
    if may("delete") and not entity.definition.owner:
        actions.append(
            Action(
                label=reader.t("delete"),
                url=action_url(entity.name, record.id, "delete"),
                icon="trash",
                post=True,
                danger=True,
                confirm=reader.t("card.delete_confirm"),
                hidden=(("version", str(record.version)),),
            )
        )
    return tuple(actions)
