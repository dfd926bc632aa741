"""One's own page: who one is, password, the devices on which one is signed in."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.defining import DEFINING
from cardwright_entities.access.features import DEFINE, MANAGE_SETTINGS
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.sessions import (
    SignedIn,
    close_own_session,
    close_sessions,
    list_sessions,
)
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_platform import signing_in
from cardwright_platform.current import (
    current_account,
    current_context,
    current_instance,
    current_opening,
)
from cardwright_platform.permissions import IN_PERSON, requires
from cardwright_platform.views.cells import Action
from cardwright_platform.views.pages import Account as AccountPage
from cardwright_platform.views.pages import Device, SetPassword
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.passwords import check_twice, password_input
from cardwright_platform.web.presenting.devices import device_name
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.urls import (
    ACCOUNT,
    CHANGES,
    CHECKS,
    IDENTITIES,
    NOTICES,
    PASSKEYS,
    SECOND_STEP,
    SETTINGS,
    access_person_url,
)

pages = Blueprint("own_page", __name__)

_IDENTIFIER = re.compile(r"[0-9a-f]{64}")


@pages.get(ACCOUNT)
@requires(IN_PERSON)
def show_own_page() -> ResponseReturnValue:
    """Show one's own page."""
    return _page()


@pages.post(f"{ACCOUNT}/password")
@requires(IN_PERSON)
def change_password() -> ResponseReturnValue:
    """Replace one's own password; other devices are signed out."""
    try:
        check_twice("new")
        signing_in.change_password(
            current_instance(),
            current_account(),
            old=request.form.get("old", ""),
            new=request.form.get("new", ""),
            by=current_context(),
            keep=_here(),
        )
    except InputError as error:
        return _page(error)
    return go(ACCOUNT, _say("account.password_changed"))


@pages.post(f"{ACCOUNT}/sign-out-others")
@requires(IN_PERSON)
def sign_out_others() -> ResponseReturnValue:
    """End all other sessions of one's own."""
    account, here = current_account(), _here()
    current_instance().store.run_write(
        current_context(), lambda session: close_sessions(session, account.id, but=here)
    )
    return go(ACCOUNT, _say("account.others_signed_out"))


@pages.post(f"{ACCOUNT}/sessions/<identifier>/end")
@requires(IN_PERSON)
def end_session(identifier: str) -> ResponseReturnValue:
    """End one session of one's own, as on a phone that was lost."""
    account = current_account()
    if not _IDENTIFIER.fullmatch(identifier):
        raise NotFoundError(Message("not_found"))
    current_instance().store.run_write(
        current_context(), lambda session: close_own_session(session, account.id, identifier)
    )
    return go(ACCOUNT, _say("account.device_signed_out"))


def _page(error: InputError | None = None) -> Response:
    account = current_account()
    with reading_desk() as desk:
        reader = reader_at(desk)
        sessions = list_sessions(desk.session, account.id)
        page = AccountPage(
            title=reader.t("frame.account"),
            name=account.name,
            initial=initial_of(account.name),
            hue=hue_of(account.name),
            items=_items(desk, reader, account),
            password=_password_form(reader, account, error),
            devices=tuple(_device(reader, each) for each in sessions),
            actions=(
                *_settings(desk, reader),
                Action(
                    label=reader.t("access.own"),
                    url=access_person_url(account.id),
                    icon="shield-check",
                ),
                Action(label=reader.t("second_step.title"), url=SECOND_STEP, icon="shield-lock"),
                Action(label=reader.t("passkeys.title"), url=PASSKEYS, icon="key"),
                *_elsewhere(reader),
                *_notices(reader),
                *(_actions(reader) if len(sessions) > 1 else ()),
            ),
        )
        return show(page, desk, status=422 if error else 200)


def _settings(desk: Desk, reader: Reader) -> tuple[Action, ...]:
    """Return the ways to the settings and definitions, for those who may change them."""
    ways = (
        ((MANAGE_SETTINGS,), "settings", SETTINGS, "settings"),
        (DEFINING, "changes", CHANGES, "history"),
        ((DEFINE,), "checks", CHECKS, "check"),
    )
    principal = desk.context.principal
    return tuple(
        Action(label=reader.t(f"{key}.title"), url=url, icon=icon)
        for features, key, url, icon in ways
        if any(desk.policy.has_feature(principal, each) for each in features)
    )


def _elsewhere(reader: Reader) -> tuple[Action, ...]:
    """Return the way to who one is elsewhere, where people may sign in so."""
    if not current_instance().ways:
        return ()
    return (Action(label=reader.t("identities.title"), url=IDENTITIES, icon="link"),)


def _notices(reader: Reader) -> tuple[Action, ...]:
    """Return the way to what one is told outside, where there is a channel for it."""
    if not current_instance().notice_ways:
        return ()
    return (Action(label=reader.t("notices.title"), url=NOTICES, icon="bell"),)


def _items(desk: Desk, reader: Reader, account: Account) -> tuple[tuple[str, str], ...]:
    known = desk.model.catalog.roles
    roles = [
        reader.text(known[each].label, each) for each in sorted(account.roles) if each in known
    ]
    return (
        (reader.t("account.login"), account.login),
        (reader.t("account.roles"), reader.listed(roles)),
    )


def _password_form(reader: Reader, account: Account, error: InputError | None) -> SetPassword:
    is_first = account.password_hash is None
    names = ("new", "new_again") if is_first else ("old", "new", "new_again")
    messages = error.messages if error else ()
    return SetPassword(
        title=reader.t("account.set_password" if is_first else "account.change_password"),
        action=f"{ACCOUNT}/password",
        inputs=tuple(password_input(name) for name in names),
        errors=tuple(reader.say(each) for each in messages),
        save_label=reader.t("account.save_password"),
    )


def _device(reader: Reader, session: SignedIn) -> Device:
    seen = session.seen_at.astimezone(reader.context.zone).strftime("%Y-%m-%d %H:%M")
    is_here = session.id == _here()
    when = reader.t("account.this_device") if is_here else seen
    url = f"{ACCOUNT}/sessions/{session.id}/end"
    return Device(
        label=device_name(session.device),
        text=f"{session.address}  {when}".strip(),
        end=None if is_here else Action(label=reader.t("account.sign_out"), url=url, post=True),
    )


def _actions(reader: Reader) -> tuple[Action, ...]:
    return (
        Action(
            label=reader.t("account.sign_out_others"),
            url=f"{ACCOUNT}/sign-out-others",
            icon="logout",
            post=True,
        ),
    )


def _here() -> str:
    signed_in = current_opening().signed_in
    return signed_in.id if signed_in else ""


def _say(key: str) -> str:
    return current_instance().words.translate(current_context().language, key)
