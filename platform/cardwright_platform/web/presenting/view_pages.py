"""All views that somebody keeps or that are shared with him → the page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.saved_views.resolving import (
    OWN,
    View,
    all_kept_views,
    may_change,
    may_delete,
)
from cardwright_entities.saved_views.rows import StoredView, holders_of
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.saved_views import ViewFolder, ViewRow, ViewsPage
from cardwright_platform.web.presenting.filters import records_asked, say_problem, titles_asked
from cardwright_platform.web.presenting.list_views import kept_url, missing_parts
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.view_conflicts import say_condition
from cardwright_platform.web.presenting.view_forms import say_holders
from cardwright_platform.web.urls import VIEWS, view_url

Kept = tuple[EntityModel, View, StoredView]


def views_page(desk: Desk, reader: Reader) -> ViewsPage:
    """Lay out one's own views by folder, then those of others."""
    found = [
        (entity, view, view.stored)
        for entity, view in all_kept_views(desk.session, desk.reading)
        if view.stored is not None
    ]
    asked = {
        each
        for entity, view, _ in found
        for each in records_asked(desk, entity, view.where).values()
    }
    reader = reader.knowing(titles_asked(desk, asked))
    own = [each for each in found if each[1].origin == OWN]
    others = [each for each in found if each[1].origin != OWN]
    shared = [stored.id for _, _, stored in own if stored.is_shared]
    known = _Known(
        owners=names_of_accounts(desk.session, [stored.account for _, _, stored in others]),
        holders=say_holders(desk, reader, holders_of(desk.session, shared)) if shared else {},
    )
    folders: list[ViewFolder] = []
    own.sort(key=lambda each: (each[2].folder == "", each[2].folder, reader.list_label(each[0])))
    for name, inside in groupby(own, key=lambda each: each[2].folder):
        rows = _rows(desk, reader, list(inside), known)
        label = name or reader.t("views.no_folder")
        folders.append(ViewFolder(label=label, icon="folder" if name else "bookmark", rows=rows))
    if others:
        rows = _rows(desk, reader, others, known)
        folders.append(ViewFolder(label=reader.t("views.of_others"), icon="users", rows=rows))
    empty = Empty(title=reader.t("views.none"), text=reader.t("views.none_text"))
    return ViewsPage(
        title=reader.t("views.title"),
        text=reader.t("views.about"),
        folders=tuple(folders),
        empty=None if folders else empty,
    )


class _Known:
    """What was read once for all rows: whose views they are, and with whom they are shared."""

    def __init__(self, owners: Mapping[int, str], holders: Mapping[int, str]) -> None:
        self.owners = owners
        self.holders = holders


def _rows(desk: Desk, reader: Reader, kept: Sequence[Kept], known: _Known) -> tuple[ViewRow, ...]:
    made: list[ViewRow] = []
    for index, (entity, view, stored) in enumerate(kept):
        above = index > 0 and kept[index - 1][0].name == entity.name
        below = index + 1 < len(kept) and kept[index + 1][0].name == entity.name
        where = "" if view.problem is not None else say_condition(desk, reader, entity, view.text)
        made.append(
            ViewRow(
                name=stored.name,
                url=kept_url(entity.name, view.key),
                entity=reader.list_label(entity),
                icon=entity.definition.icon,
                facts=tuple(each for each in (_whose(reader, view, stored, known), where) if each),
                problem=_problem(desk, reader, entity, view),
                actions=tuple(_actions(desk, reader, entity, view, stored, above, below)),
            )
        )
    return tuple(made)


def _whose(reader: Reader, view: View, stored: StoredView, known: _Known) -> str:
    if view.origin != OWN:
        who = known.owners.get(stored.account, "") or reader.t("conflict.somebody")
        return reader.t("views.shared_by", who=who)
    holders = known.holders.get(stored.id, "")
    return reader.t("views.shared_with", names=holders) if holders else ""


def _problem(desk: Desk, reader: Reader, entity: EntityModel, view: View) -> str:
    if view.problem is not None:
        return reader.t("views.broken", problem=say_problem(reader, view.problem.message))
    gone = missing_parts(desk, entity, view) if view.tells else []
    return reader.t("views.left_out", names=reader.listed(gone)) if gone else ""


def _actions(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    view: View,
    stored: StoredView,
    above: bool,
    below: bool,
) -> list[Action]:
    if desk.context.principal.viewer is not None:
        return []
    back = (("return", VIEWS),)
    found: list[Action] = []
    for there, to, icon in ((above, "up", "arrow-up"), (below, "down", "arrow-down")):
        if there and view.origin == OWN:
            label, url = reader.t(f"views.{to}"), view_url(stored.id, "move")
            found.append(Action(label=label, url=url, icon=icon, post=True, hidden=(("to", to),)))
    if may_change(desk.reading, entity, stored):
        url = f"{view_url(stored.id, 'edit')}?return={VIEWS}"
        found.append(
            Action(label=reader.t("views.settings"), url=url, icon="settings", dialog=True)
        )
    if may_delete(desk.reading, stored):
        url = view_url(stored.id, "delete")
        found.append(
            Action(label=reader.t("views.delete"), url=url, icon="trash", post=True, hidden=back)
        )
    return found
