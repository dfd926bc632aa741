"""Inviting people on screen: who is waited for, a new user with his link, again, or withdrawn."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_USERS
from cardwright_entities.accounts import invitations
from cardwright_entities.accounts.accounts import Account, read_account
from cardwright_entities.accounts.managing import check_manageable, manageable, of_users
from cardwright_entities.accounts.rates import Limit
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.model.entities import EntityModel
from cardwright_platform import inviting
from cardwright_platform.current import current_context, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import is_number
from cardwright_platform.tries import count_tries
from cardwright_platform.views.cells import Action
from cardwright_platform.views.invitations import InvitationLink, InvitationsPage
from cardwright_platform.views.lists import Empty
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.posting import failure_of, raw_values, read_typed
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.invitations import (
    GROUPS,
    HOW,
    LINK,
    MAIL,
    WAYS,
    InvitationForm,
    awaited_row,
    group_player,
    groups_to_join,
)
from cardwright_platform.web.urls import INVITATIONS

pages = Blueprint("invitations", __name__)

#: Mails to one person; more would be a nuisance.
_MAILS = Limit(5, timedelta(hours=1))


@pages.get(INVITATIONS)
@requires(MANAGE_USERS)
def show_invitations() -> ResponseReturnValue:
    """List who has not come yet."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = invitations.list_awaited(desk.session, of_users(desk.reading))
        managed = manageable(desk.session, desk.reading, [each.account for each in found])
        player = desk.model.catalog.player("user")
        may_invite = player is not None and desk.policy.may(
            desk.context.principal, player.name, "create"
        )
        new = Action(
            label=reader.t("invitations.new"),
            url=f"{INVITATIONS}/new",
            icon="user-plus",
            primary=True,
        )
        page = InvitationsPage(
            title=reader.t("invitations.title"),
            text=reader.t("invitations.about", days=current_instance().config.invitation_days),
            actions=(new,) if may_invite else (),
            notes=() if _can_mail() else (reader.t("invitations.no_server"),),
            rows=tuple(
                awaited_row(desk, reader, each, managed=each.account.id in managed)
                for each in found
            ),
            empty=None
            if found
            else Empty(
                title=reader.t("invitations.empty"),
                text=reader.t("invitations.empty_text"),
                kind="done",
            ),
        )
        return show(page, desk)


@pages.get(f"{INVITATIONS}/new")
@requires(MANAGE_USERS)
def new_invitation() -> ResponseReturnValue:
    """Ask who is invited."""
    with reading_desk() as desk:
        entity = _users(desk)
        desk.records.may_create(entity.name)
        form = InvitationForm(
            desk=desk, reader=reader_at(desk), entity=entity, can_mail=_can_mail()
        )
        return show(form.form(), desk)


@pages.post(f"{INVITATIONS}/new")
@requires(MANAGE_USERS)
def invite() -> ResponseReturnValue:
    """Add a user and his invitation by one transaction, or say what is wrong."""
    typed = read_typed(request.form.items(multi=True))

    def work(desk: Desk) -> tuple[Account, str]:
        entity, way = _users(desk), _way(typed)
        raw, problems = raw_values(desk, entity, typed)
        if problems:
            raise InputError(problems)
        saved = desk.records.create(entity.name, raw)
        _join(desk, saved.id, typed)
        return _invite(desk, read_account(desk.session, saved.id), way)

    try:
        account, link = write_at_desk(work)
    except InputError as error:
        with reading_desk() as desk:
            form = InvitationForm(
                desk=desk,
                reader=reader_at(desk),
                entity=_users(desk),
                can_mail=_can_mail(),
                typed=typed,
                failure=failure_of(reader_at(desk), _users(desk), _placed(desk, error), typed),
            )
            return show(form.form(), desk, status=422)
    return _done(account, link)


@pages.post(f"{INVITATIONS}/<int:account>/mail")
@requires(MANAGE_USERS)
def mail_again(account: int) -> ResponseReturnValue:
    """Send a new invitation by mail; the one before is worthless."""
    return _again(account, MAIL)


@pages.post(f"{INVITATIONS}/<int:account>/link")
@requires(MANAGE_USERS)
def show_link(account: int) -> ResponseReturnValue:
    """Make a new invitation and show its link, once; the one before is worthless."""
    return _again(account, LINK)


@pages.post(f"{INVITATIONS}/<int:account>/withdraw")
@requires(MANAGE_USERS)
def withdraw(account: int) -> ResponseReturnValue:
    """Make an invitation worthless."""

    def work(desk: Desk) -> Account:
        found = _managed(desk, account)
        invitations.withdraw(desk.session, account)
        return found

    found = write_at_desk(work)
    return go(INVITATIONS, current_reader().t("invitations.withdrawn", name=found.name))


def _again(account: int, way: str) -> Response:
    if way == MAIL:
        count_tries(current_instance(), (f"invitation/{account}", _MAILS))
    try:
        found, link = write_at_desk(lambda desk: _invite(desk, _managed(desk, account), way))
    except InputError as error:
        said = current_reader().say(error.messages[0])
        return go(INVITATIONS, said, tone="danger")
    return _done(found, link)


def _managed(desk: Desk, account: int) -> Account:
    """Return somebody who has not come yet and whom the reader manages, else NotFoundError."""
    found = invitations.find_awaited(desk.session, account)
    return check_manageable(desk.session, desk.reading, found)


def _invite(desk: Desk, account: Account, way: str) -> tuple[Account, str]:
    """Make an invitation; return the link where it is to be shown."""
    instance = current_instance()
    if way == LINK:
        return account, inviting.invitation_link(instance, desk.session, account)
    inviting.invite_by_mail(instance, desk.session, desk.model, account, current_context())
    return account, ""


def _join(desk: Desk, user: int, typed: Typed) -> None:
    """Put a new user into the groups that were chosen."""
    chosen = {int(each) for each in typed.get(GROUPS, ()) if is_number(each)}
    player, known = group_player(desk), groups_to_join(desk)
    if not chosen or player is None:
        return
    if not chosen <= set(known):
        raise NotFoundError(Message("not_found"))
    members = player.field("members")
    assert members is not None  # it is what the player was chosen by
    for group in sorted(chosen):
        found = desk.record(player.entity.name, group, lines=False)
        held = found.values.get(members.name)
        wanted = [*(held if isinstance(held, tuple | list) else ()), user]
        desk.records.update(player.entity.name, group, {members.name: wanted}, None)


def _done(account: Account, link: str) -> Response:
    if not link:
        reader = current_reader()
        told = reader.t("invitations.sent", name=account.name, email=account.email or "")
        return go(INVITATIONS, told)
    with reading_desk() as desk:
        reader = reader_at(desk)
        days = current_instance().config.invitation_days
        page = InvitationLink(
            title=reader.t("invitations.link_title", name=account.name),
            text=reader.t("invitations.link_text", name=account.name, days=days),
            link=link,
            back_url=INVITATIONS,
        )
        answer = show(page, desk)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _placed(desk: Desk, error: InputError) -> InputError:
    """Return a refusal at the inputs of the form: parts are called otherwise by an entity."""
    field = desk.model.catalog.part("user", "email")
    fields = dict(error.fields)
    if "email" in fields and field != "email":
        fields[field or HOW] = fields.pop("email")
    return InputError(fields, confirm=error.confirm)


def _users(desk: Desk) -> EntityModel:
    player = desk.model.catalog.player("user")
    if player is None:
        raise NotFoundError(Message("not_found"))
    return desk.model.entity(player.name)


def _way(typed: Typed) -> str:
    """Return how an invitation is to get there; raise InputError for a way that there is not."""
    chosen = (typed.get(HOW) or [""])[-1]
    if chosen not in WAYS:
        raise InputError({HOW: [Message("required")]})
    return chosen


def _can_mail() -> bool:
    return bool(current_instance().config.mail_host)
