"""Passkeys of others: whoever manages users takes one away, as from a phone that was lost."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_USERS
from cardwright_entities.accounts.accounts import read_account
from cardwright_entities.accounts.managing import check_manageable
from cardwright_entities.accounts.passkeys import Passkey, drop_passkeys, list_passkeys
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_platform.permissions import requires
from cardwright_platform.views.pages import Identities, IdentityAt, SetPassword
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.passwords import check_own_password, own_password
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import ACCESS, access_passkeys_url, access_person_url

pages = Blueprint("passkeys_of_others", __name__)


@pages.get(f"{ACCESS}/passkeys/<int:account>")
@requires(MANAGE_USERS)
def show_passkeys(account: int) -> ResponseReturnValue:
    """List the passkeys of somebody."""
    return _page(account)


@pages.post(f"{ACCESS}/passkeys/<int:account>/<int:passkey>/remove")
@requires(MANAGE_USERS)
def remove(account: int, passkey: int) -> ResponseReturnValue:
    """Remove a passkey of somebody, for whoever says his own password again."""
    try:
        check_own_password()
    except InputError as error:
        return _page(account, error, passkey)

    def work(desk: Desk) -> int:
        check_manageable(desk.session, desk.reading, read_account(desk.session, account))
        return drop_passkeys(desk.session, account, passkey)

    if not write_at_desk(work):
        raise NotFoundError(Message("not_found"))
    return go(access_passkeys_url(account), current_reader().t("passkeys.removed"))


def _page(account: int, error: InputError | None = None, at: int = 0) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = check_manageable(desk.session, desk.reading, read_account(desk.session, account))
        keys = list_passkeys(desk.session, account)
        said = tuple(reader.say(each) for each in error.messages) if error else ()
        page = Identities(
            title=reader.t("passkeys.of_person", name=found.name),
            text=reader.t("passkeys.of_person_about" if keys else "passkeys.of_person_none"),
            back_url=access_person_url(account),
            back_label=reader.t("access.of_person", name=found.name),
            places=tuple(
                _place(reader, account, each, said if each.id == at else ()) for each in keys
            ),
        )
        return show(page, desk, status=422 if error else 200)


def _place(reader: Reader, account: int, passkey: Passkey, errors: tuple[str, ...]) -> IdentityAt:
    moment = reader.locale.datetime
    used = moment(passkey.used_at) if passkey.used_at else reader.t("passkeys.never")
    return IdentityAt(
        label=passkey.name,
        text=reader.t("passkeys.facts", made=moment(passkey.created_at), used=used),
        is_linked=True,
        form=SetPassword(
            title="",
            name=f"passkey-{passkey.id}",
            action=f"{access_passkeys_url(account)}/{passkey.id}/remove",
            inputs=own_password(),
            errors=errors,
            save_label=reader.t("passkeys.remove"),
        ),
    )
