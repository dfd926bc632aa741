"""What can be done with a list's records: the bar of the selected ones, and export of all."""

from __future__ import annotations

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import Page
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import BulkAction, Selection
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.marks import marking_actions
from cardwright_platform.web.presenting.pagers import count_text
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.set_rules import selection_actions
from cardwright_platform.web.urls import bulk_url


def selection_of(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState, page: Page
) -> Selection | None:
    """Return the bar that appears with a selection, None where nothing can be done."""
    principal = desk.context.principal
    actions: list[BulkAction] = []
    if desk.policy.may(principal, entity.name, "export"):
        actions.append(
            BulkAction(
                label=reader.t("list.export"), url=bulk_url(entity.name, "export"), icon="download"
            )
        )
    actions += selection_actions(desk, reader, entity)
    actions += marking_actions(desk, reader, entity)
    if desk.policy.may(principal, entity.name, "delete"):
        actions.append(
            BulkAction(
                label=reader.t("delete"),
                url=bulk_url(entity.name, "delete"),
                icon="trash",
                danger=True,
                confirm=reader.t("list.delete_confirm", count="{count}"),
            )
        )
    if not actions:
        return None
    return Selection(
        actions=tuple(actions),
        counter=reader.t("list.selected", count="{count}"),
        all_label=reader.t("list.select_all", count=count_text(reader, page)) if page.next else "",
        all_hidden=state.hidden(),
    )


def exports_of(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState
) -> tuple[Action, ...]:
    """Return the files that all of a list's records can be taken away in."""
    if not desk.policy.may(desk.context.principal, entity.name, "export"):
        return ()
    return tuple(
        Action(
            label=label,
            url=bulk_url(entity.name, "export"),
            icon=icon,
            post=True,
            hidden=(("all", "1"), ("format", kind), *state.hidden()),
        )
        for kind, label, icon in (
            ("xlsx", "Excel", "file-spreadsheet"),
            ("csv", "CSV", "file-text"),
        )
    )
