"""Who may do what: all roles beside each other, one role, one entity, one person."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import EXPLAIN, MANAGE_RIGHTS, MANAGE_USERS
from cardwright_entities.access.policy import EVERY_ENTITY
from cardwright_entities.accounts.accounts import read_account
from cardwright_entities.accounts.acting import active_principals, principal_of
from cardwright_entities.accounts.holders import Holder, groups_of, list_holders
from cardwright_entities.accounts.managing import manageable
from cardwright_entities.accounts.viewing import may_view
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_metadata.definitions.others import RoleDefinition
from cardwright_platform.packs.role_changes import is_made_here
from cardwright_platform.permissions import SIGNED_IN, requires
from cardwright_platform.views.access import (
    AccessColumn,
    AccessPage,
    AccessPerson,
    AccessPill,
)
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.web.answers import find_entity, find_role, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.access import Access
from cardwright_platform.web.presenting.access_history import last_changes
from cardwright_platform.web.presenting.access_marks import all_actions, legend
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.urls import (
    ACCESS,
    NEW_ROLE,
    PEOPLE,
    VIEW_AS_PATH,
    access_change_url,
    access_entity_url,
    access_name_url,
    access_passkeys_url,
    access_person_url,
    access_role_url,
    card_url,
    with_query,
)

pages = Blueprint("access", __name__)

#: People on one page of them, and in the line of those who have a role.
_LISTED, _NAMED = 50, 24


@pages.get(ACCESS)
@requires(EXPLAIN)
def show_matrix() -> ResponseReturnValue:
    """Show for one action what each role may do it with, and the features of all roles."""
    chosen = request.args.get("action", "")
    action = chosen if chosen in all_actions() else "read"
    with reading_desk() as desk:
        reader = reader_at(desk)
        access = Access(desk, reader)
        roles = access.roles(_counted(list_holders(desk.session)))
        page = AccessPage(
            title=reader.t("access.title"),
            tabs=_tabs(reader, ACCESS),
            text=reader.t("access.about"),
            actions=_change(desk, reader, NEW_ROLE, key="access.new_role", icon="plus"),
            changes=last_changes(desk, reader),
            picks_label=reader.t("access.action"),
            picks=tuple(
                Choice(
                    value=with_query(ACCESS, [("action", each)]),
                    label=reader.t(f"rights.action_{each}"),
                    selected=each == action,
                )
                for each in all_actions()
            ),
            tables=(access.overview(action, roles), access.features(roles)),
            legend=legend(reader),
        )
        return show(page, desk)


@pages.get(f"{ACCESS}/roles/<role>")
@requires(EXPLAIN)
def show_role(role: str) -> ResponseReturnValue:
    """Show what one role may do with every entity, and who has it."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        access, found = Access(desk, reader), find_role(desk.model, role)
        holders = [each for each in list_holders(desk.session) if role in each.own | each.of_groups]
        one = access.of_role(found)
        title = access.role_label(role)
        page = AccessPage(
            title=title,
            back_url=ACCESS,
            back_label=reader.t("access.title"),
            pills_label=reader.t("access.held_by"),
            pills=tuple(_holder_pill(reader, each, role) for each in holders[:_NAMED]),
            pills_more=_more(reader, len(holders)),
            actions=_role_actions(desk, reader, found),
            changes=last_changes(desk, reader, role),
            picks_label=reader.t("access.role"),
            picks=tuple(
                Choice(
                    value=access_role_url(name),
                    label=access.role_label(name),
                    selected=name == role,
                )
                for name in desk.model.catalog.roles
            ),
            tables=(
                access.of_one(
                    one,
                    reader.t("access.of_entities"),
                    {name: access_role_url(role, name) for name in desk.model.catalog.entities},
                ),
                access.features([(AccessColumn(label=title), one)]),
            ),
            legend=legend(reader),
        )
        return show(page, desk)


@pages.get(f"{ACCESS}/roles/<role>/<entity>")
@requires(EXPLAIN)
def show_grant(role: str, entity: str) -> ResponseReturnValue:
    """Show what one role may do with one entity and its fields."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        access, found = Access(desk, reader), find_role(desk.model, role)
        model = find_entity(desk.model, entity)
        one = access.of_role(found)
        page = AccessPage(
            title=reader.t(
                "access.role_and_entity",
                role=access.role_label(role),
                entity=reader.entity_label(model),
            ),
            back_url=access_role_url(role),
            back_label=access.role_label(role),
            actions=(
                _all_roles(reader, entity),
                *_change(desk, reader, access_change_url(role, entity)),
            ),
            tables=(
                access.claims_of(model, one),
                access.fields_of(model, [(AccessColumn(label=reader.t("access.level")), one)]),
            ),
        )
        return show(page, desk)


@pages.get(f"{ACCESS}/entities/<entity>")
@requires(EXPLAIN)
def show_entity(entity: str) -> ResponseReturnValue:
    """Show what every role may do with one entity and its fields."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        access, model = Access(desk, reader), find_entity(desk.model, entity)
        roles = access.roles(_counted(list_holders(desk.session)))
        linked = [
            (
                AccessColumn(label=column.label, sub=column.sub, url=access_role_url(name, entity)),
                one,
            )
            for (column, one), name in zip(roles, desk.model.catalog.roles, strict=True)
        ]
        page = AccessPage(
            title=reader.entity_label(model),
            back_url=ACCESS,
            back_label=reader.t("access.title"),
            tables=(access.actions_of(model, linked), access.fields_of(model, linked)),
            legend=legend(reader),
        )
        return show(page, desk)


@pages.get(PEOPLE)
@requires(EXPLAIN)
def show_people() -> ResponseReturnValue:
    """List who may sign in, each with his roles; one of them is chosen."""
    words, after = request.args.get("q", "").strip()[:80], request.args.get("after", "")
    with reading_desk() as desk:
        reader = reader_at(desk)
        access = Access(desk, reader)
        found = active_principals(
            desk.session, desk.model, words=words, after=after, limit=_LISTED + 1
        )
        last = found[_LISTED - 1][1].login if len(found) > _LISTED else ""
        people = tuple(
            AccessPerson(
                name=account.name,
                login=account.login,
                url=access_person_url(account.id),
                roles=access.role_labels(principal.roles),
                hue=hue_of(account.name),
                initial=initial_of(account.name),
            )
            for principal, account in found[:_LISTED]
        )
        page = AccessPage(
            title=reader.t("access.title"),
            tabs=_tabs(reader, PEOPLE),
            text=reader.t("access.about_people"),
            people=people,
            find_url=PEOPLE,
            words=words,
            nobody="" if people else reader.t("rights.nobody"),
            more_url=with_query(PEOPLE, [("q", words), ("after", last)]) if last else "",
        )
        return show(page, desk)


@pages.get(f"{PEOPLE}/<int:account>")
@requires(SIGNED_IN)
def show_person(account: int) -> ResponseReturnValue:
    """Show what somebody's roles and groups give him together; everybody may ask of himself."""
    with reading_desk() as desk:
        reader, one = reader_at(desk), _person(desk, account)
        access = Access(desk, reader)
        told = _may_ask(desk)
        page = AccessPage(
            title=reader.t("access.of_person", name=one.name),
            back_url=PEOPLE if told else "/account",
            back_label=reader.t("access.people" if told else "frame.account"),
            text="" if one.roles else reader.t("access.no_roles"),
            pills_label=reader.t("account.roles"),
            pills=_role_pills(desk, access, account, linked=told),
            actions=_person_actions(desk, reader, account, one),
            tables=(
                access.of_one(one, reader.t("access.of_entities"), access.person_urls(account)),
                access.features([(AccessColumn(label=one.name), one)]),
            ),
            legend=legend(reader),
        )
        return show(page, desk)


@pages.get(f"{PEOPLE}/<int:account>/<entity>")
@requires(SIGNED_IN)
def show_person_entity(account: int, entity: str) -> ResponseReturnValue:
    """Show what somebody may do with one entity and its fields, and which role gives it."""
    with reading_desk() as desk:
        reader, one = reader_at(desk), _person(desk, account)
        access, model = Access(desk, reader), find_entity(desk.model, entity)
        if not access.tells(model):
            raise NotFoundError(Message("not_found"))
        column = AccessColumn(label=reader.t("access.level"))
        page = AccessPage(
            title=reader.t(
                "access.role_and_entity", role=one.name, entity=reader.entity_label(model)
            ),
            back_url=access_person_url(account),
            back_label=reader.t("access.of_person", name=one.name),
            actions=(_all_roles(reader, entity),) if _may_ask(desk) else (),
            tables=(
                access.claims_of(model, one),
                access.fields_of(model, [(column, one)], told=len(one.roles) > 1),
            ),
        )
        return show(page, desk)


def _person(desk: Desk, account: int) -> Principal:
    """Return somebody whose rights one may ask for: oneself, or anybody with the right to."""
    if account != desk.context.principal.account and not _may_ask(desk):
        raise AccessError(Message("forbidden"))
    return principal_of(desk.session, desk.model, account)[0]


def _may_ask(desk: Desk) -> bool:
    return desk.policy.has_feature(desk.context.principal, EXPLAIN)


def _counted(holders: tuple[Holder, ...]) -> Counter[str]:
    return Counter(role for each in holders for role in each.own | each.of_groups)


def _tabs(reader: Reader, here: str) -> tuple[Choice, ...]:
    named = ((ACCESS, "access.roles"), (PEOPLE, "access.people"))
    return tuple(Choice(value=url, label=reader.t(key), selected=url == here) for url, key in named)


def _role_actions(desk: Desk, reader: Reader, role: RoleDefinition) -> tuple[Action, ...]:
    """Return the ways to change what belongs to the role as a whole."""
    others = access_change_url(role.name, EVERY_ENTITY)
    named = access_name_url(role.name)
    return (
        *_change(desk, reader, access_change_url(role.name), key="access.change_features"),
        *_change(desk, reader, others, key="access.all_others"),
        *(_change(desk, reader, named, key="access.rename") if is_made_here(role) else ()),
    )


def _all_roles(reader: Reader, entity: str) -> Action:
    url = access_entity_url(entity)
    return Action(label=reader.t("access.all_roles"), url=url, icon="users")


def _change(
    desk: Desk, reader: Reader, url: str, *, key: str = "access.change", icon: str = "pencil"
) -> tuple[Action, ...]:
    """Return the way to change something, for those who may."""
    if not desk.policy.has_feature(desk.context.principal, MANAGE_RIGHTS):
        return ()
    return (Action(label=reader.t(key), url=url, icon=icon, primary=True),)


def _more(reader: Reader, count: int) -> str:
    if not count:
        return reader.t("access.held_by_nobody")
    return reader.t("access.and_others", count=count - _NAMED) if count > _NAMED else ""


def _holder_pill(reader: Reader, holder: Holder, role: str) -> AccessPill:
    return AccessPill(
        label=holder.name,
        url=access_person_url(holder.account),
        sub="" if role in holder.own else reader.t("access.of_a_group"),
    )


def _role_pills(
    desk: Desk, access: Access, account: int, *, linked: bool
) -> tuple[AccessPill, ...]:
    """Return the roles of somebody, each with the groups that give it."""
    reader = access.reader
    (holder,) = list_holders(desk.session, account)
    groups = groups_of(desk.session, desk.model, account)
    pills: list[AccessPill] = []
    for role in desk.model.catalog.roles:
        if role not in holder.own | holder.of_groups:
            continue
        giving = [reader.t("access.own_role")] if role in holder.own else []
        giving += [
            reader.t("access.group", name=each.name) for each in groups if role in each.roles
        ]
        pills.append(
            AccessPill(
                label=access.role_label(role),
                url=access_role_url(role) if linked else "",
                sub=reader.listed(giving),
            )
        )
    return tuple(pills)


def _person_actions(desk: Desk, reader: Reader, account: int, one: Principal) -> tuple[Action, ...]:
    """Return the ways to the record of somebody, to his view and passkeys, for those who may."""
    return (
        *_view_as(desk, reader, one),
        *_passkeys(desk, reader, account),
        *_record(desk, reader, account),
    )


def _passkeys(desk: Desk, reader: Reader, account: int) -> tuple[Action, ...]:
    if not desk.policy.has_feature(desk.context.principal, MANAGE_USERS):
        return ()
    if not manageable(desk.session, desk.reading, [read_account(desk.session, account)]):
        return ()
    label = reader.t("passkeys.title")
    return (Action(label=label, url=access_passkeys_url(account), icon="key"),)


def _view_as(desk: Desk, reader: Reader, one: Principal) -> tuple[Action, ...]:
    if not may_view(desk.policy, desk.model.catalog, desk.context.principal, one):
        return ()
    url = f"{VIEW_AS_PATH}/{one.account}"
    return (Action(label=reader.t("access.view_as"), url=url, icon="eye", post=True),)


def _record(desk: Desk, reader: Reader, account: int) -> tuple[Action, ...]:
    player = desk.model.catalog.player("user")
    if player is None or "read" not in desk.allowed(player.name, account, ("read",)):
        return ()
    url = card_url(player.name, account)
    return (Action(label=reader.t("access.user_record"), url=url, icon="user"),)
