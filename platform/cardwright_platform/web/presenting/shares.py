"""With whom a record is shared → the panel of its card."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.sharing import (
    SHARE,
    SharedWith,
    holders_of,
    is_sharable,
    may_share,
    told_shares,
)
from cardwright_entities.shares.reaching import EDIT
from cardwright_platform.views.cards import ShareEntry, SharesPanel
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.urls import action_url, card_url, perform_url

_ICONS = {"team": "users", "department": "sitemap", "role": "id"}


def shares_panel(desk: Desk, reader: Reader, entity: EntityModel, record: int) -> SharesPanel:
    """Return the shares of a record that was read at the desk."""
    if not is_sharable(entity):
        return SharesPanel(empty=reader.t("shares.empty"))
    found = list(told_shares(desk.records, entity, [record]))
    may = bool(may_share(desk.records, entity, record))
    titles = _titles(desk, found)
    names = names_of_accounts(desk.session, {each.by for each in found if each.by})
    ordered = sorted(found, key=lambda each: (each.level != EDIT, each.until is not None, each.id))
    new = None
    if may:
        url = perform_url(entity.name, record, SHARE)
        label = reader.t("shares.add")
        new = Action(label=label, url=url, icon="plus", dialog=True)
    return SharesPanel(
        shares=tuple(
            _entry(desk, reader, entity, each, titles, names, may_end=may) for each in ordered
        ),
        new=new,
        empty=reader.t("shares.empty"),
    )


def _titles(desk: Desk, found: list[SharedWith]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for each in found:
        if each.holder is not None:
            wanted.setdefault(each.holder.entity, set()).add(each.holder.id)
    titles: dict[tuple[str, int], str] = {}
    for name, ids in wanted.items():
        titles |= titles_of(desk.session, desk.reading, name, ids)
    return titles


def _entry(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    share: SharedWith,
    titles: Mapping[tuple[str, int], str],
    names: Mapping[int, str],
    *,
    may_end: bool,
) -> ShareEntry:
    part, who, url = _holder(desk, reader, share, titles)
    edits = share.level == EDIT
    end = None
    if may_end:
        end = Action(
            label=reader.t("shares.end"),
            url=action_url(entity.name, share.record, f"shares/{share.id}/end"),
            icon="x",
            post=True,
            hint=reader.t("shares.end_of", name=who),
        )
    by = names.get(share.by or 0, "") or reader.t("history.system")
    day = reader.locale.date(share.at.astimezone(desk.context.zone).date())
    return ShareEntry(
        name=who,
        url=url,
        initial=initial_of(who) if part == "employee" else "",
        icon=_ICONS.get(part, ""),
        hue=hue_of(who),
        kind=reader.t(f"shares.{part}"),
        level=reader.t("shares.may_edit" if edits else "shares.may_read"),
        edits=edits,
        collaborator=edits and share.until is None,
        until=reader.t("shares.for_good")
        if share.until is None
        else reader.t("shares.until", when=reader.locale.datetime(share.until)),
        by=reader.t("shares.by", who=by, day=day),
        end=end,
    )


def _holder(
    desk: Desk, reader: Reader, share: SharedWith, titles: Mapping[tuple[str, int], str]
) -> tuple[str, str, str]:
    """Return what somebody is, his name and his card."""
    if share.holder is None:
        role = desk.model.catalog.roles.get(share.role)
        return "role", share.role if role is None else reader.text(role.label, share.role), ""
    part = holders_of(desk.model).get(share.holder.entity, "employee")
    key = (share.holder.entity, share.holder.id)
    # Whoever is not shown to the reader has no name here either.
    if key not in titles:
        return part, reader.t("shares.somebody"), ""
    return part, titles[key], card_url(*key)
