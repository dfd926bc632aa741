"""The views of a list as tabs, and what can be done with the open one."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.saved_views.laying import marks_of
from cardwright_entities.saved_views.resolving import (
    View,
    may_change,
    may_delete,
    offered_views,
    pack_views,
)
from cardwright_entities.saved_views.rows import StoredView
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import ViewTab
from cardwright_platform.web.presenting.asked_lists import Asked
from cardwright_platform.web.presenting.columns import shown_field
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import list_url, new_view_url, view_url


def tabs_of(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> tuple[ViewTab, ...]:
    """Return the list of everything, the queries of packs, one's own views, those of others."""
    everything = reader.t("list.all", entity=reader.inside(reader.list_label(entity)))
    at_all = asked.view is None
    tabs = [
        ViewTab(
            label=everything,
            url=list_url(entity.name),
            current=at_all,
            changed=at_all and asked.is_changed,
        )
    ]
    tabs += [
        _tab(entity, asked, each.key, each.called(reader.language))
        for each in pack_views(desk.reading, entity)
    ]
    kept = offered_views(desk.session, desk.reading, entity)
    opened = asked.view.stored if asked.view is not None else None
    if opened is not None and opened.id not in {each.id for each in kept}:
        kept.append(opened)  # one that cannot be asked, opened by its address
    return (*tabs, *(_kept_tab(desk, reader, entity, asked, each) for each in kept))


def _tab(entity: EntityModel, asked: Asked, key: str, name: str) -> ViewTab:
    current = asked.view is not None and key == asked.view.key
    return ViewTab(
        label=name,
        url=kept_url(entity.name, key),
        current=current,
        changed=current and asked.is_changed,
    )


def _kept_tab(
    desk: Desk, reader: Reader, entity: EntityModel, asked: Asked, stored: StoredView
) -> ViewTab:
    own = stored.account == desk.context.principal.account
    return replace(
        _tab(entity, asked, str(stored.id), stored.name),
        icon="bookmark" if own else "users",
        title=view_title(desk, reader, stored),
    )


def view_title(desk: Desk, reader: Reader, stored: StoredView) -> str:
    """Return whether a kept view is shared, and in which folder one has it."""
    whose = reader.t("views.shared" if stored.is_shared else "views.own")
    own = stored.account == desk.context.principal.account
    return f"{stored.folder} · {whose}" if own and stored.folder else whose


def kept_url(entity: str, view: str) -> str:
    """Return the address of a list in a view, by its key."""
    return list_url(entity, (("query", view),))


def view_actions(
    desk: Desk, reader: Reader, entity: EntityModel, asked: Asked
) -> tuple[Action, ...]:
    """Return what can be done with the open view as it stands."""
    stored = asked.view.stored if asked.view is not None else None
    if desk.context.principal.viewer is not None or desk.context.principal.account is None:
        return ()
    actions: list[Action] = []
    change = stored is not None and may_change(desk.reading, entity, stored)
    if asked.is_changed:
        back = (
            list_url(entity.name) if asked.view is None else kept_url(entity.name, asked.view.key)
        )
        actions.append(Action(label=reader.t("views.back"), url=back, icon="arrow-back-up"))
    if asked.is_changed and change and stored is not None and asked.problem is None:
        save = Action(
            label=reader.t("views.save"),
            url=view_url(stored.id, "save"),
            icon="device-floppy",
            post=True,
            primary=True,
            hidden=(
                ("version", str(stored.version)),
                *((f"was.{part}", mark) for part, mark in marks_of(stored.body).items()),
                *asked.state.hidden(),
            ),
        )
        actions.append(save)
    if asked.problem is None:
        url = new_view_url(entity.name, asked.state.hidden())
        label = reader.t("views.save_as")
        actions.append(Action(label=label, url=url, icon="bookmark-plus", dialog=True))
    if stored is not None and change:
        url = view_url(stored.id, "edit")
        label = reader.t("views.settings")
        actions.append(Action(label=label, url=url, icon="settings", dialog=True))
    if stored is not None and may_delete(desk.reading, stored):
        url = view_url(stored.id, "delete")
        actions.append(Action(label=reader.t("views.delete"), url=url, icon="trash", post=True))
    return tuple(actions)


def notice_of(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> str:
    """Return what of the open view is not there for the reader, as far as he may be told."""
    if asked.gone:
        return reader.t("views.gone")
    view = asked.view
    if view is None or view.stored is None:
        return ""
    said: list[str] = []
    if view.problem is not None and view.problem is asked.problem:
        said.append(reader.t("views.broken", problem=asked.error))
    gone = missing_parts(desk, entity, view) if view.tells else []
    if gone:
        said.append(reader.t("views.left_out", names=reader.listed(gone)))
    return " ".join(said)


def missing_parts(desk: Desk, entity: EntityModel, view: View) -> list[str]:
    """Return the columns and keys of an order that are not there for the reader."""
    reading = desk.reading
    columns = [p.path for p in view.columns if shown_field(reading, entity, p.path) is None]
    keys = [p.path for p in view.sort if not reading.can_read(entity, tuple(p.path.split(".")))]
    return list(dict.fromkeys([*columns, *keys]))
