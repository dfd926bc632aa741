"""Passkeys on one's own page, and signing in with one."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.accounts.passkeys import Passkey, drop_passkeys
from cardwright_entities.errors import (
    AuthenticationError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_platform import passkeys
from cardwright_platform.current import (
    current_account,
    current_context,
    current_instance,
    current_opening,
    current_request_id,
)
from cardwright_platform.permissions import IN_PERSON, public, requires
from cardwright_platform.security.places import local_address
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import Input
from cardwright_platform.views.pages import Device, Passkeys, SetPassword
from cardwright_platform.web.accounts import enter, sign_in_page, visitor
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk
from cardwright_platform.web.passwords import check_own_password, own_password
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import ACCOUNT, PASSKEYS

pages = Blueprint("passkeys", __name__)


@pages.get(PASSKEYS)
@requires(IN_PERSON)
def show_passkeys() -> ResponseReturnValue:
    """List one's own passkeys."""
    return _page()


@pages.post(f"{PASSKEYS}/begin")
@requires(IN_PERSON)
def begin() -> ResponseReturnValue:
    """Answer what the browser is to make, for somebody who has said his password again."""
    instance, account = current_instance(), current_account()
    try:
        check_own_password()
        options = passkeys.propose(instance, account, current_opening().visit)
    except InputError as error:
        found = error.foremost()
        told = {"code": found.code, "message": current_reader().say(found)}
        return {"error": {**told, "request_id": current_request_id()}}, 422
    return Response(options, mimetype="application/json")


@pages.post(PASSKEYS)
@requires(IN_PERSON)
def add() -> ResponseReturnValue:
    """Keep what the browser has made."""
    try:
        name = passkeys.add(
            current_instance(),
            current_account(),
            current_opening().visit,
            request.form.get("credential", ""),
            request.form.get("name", ""),
            current_context(),
        )
    except InputError as error:
        return _page(error)
    return go(PASSKEYS, current_reader().t("passkeys.added", name=name))


@pages.post(f"{PASSKEYS}/<int:passkey>/remove")
@requires(IN_PERSON)
def remove(passkey: int) -> ResponseReturnValue:
    """Remove a passkey of one's own, as on a device that was lost."""
    account = current_account()
    dropped = current_instance().store.run_write(
        current_context(), lambda session: drop_passkeys(session, account.id, passkey)
    )
    if not dropped:
        raise NotFoundError(Message("not_found"))
    return go(PASSKEYS, current_reader().t("passkeys.removed"))


@pages.post("/sign-in/passkey/ask")
@public
def ask() -> ResponseReturnValue:
    """Answer what the browser is to sign."""
    options = passkeys.ask(
        current_instance(), current_opening().visit, visitor(), request.form.get("step", "")
    )
    return Response(options, mimetype="application/json")


@pages.post("/sign-in/passkey")
@public
def sign_in() -> ResponseReturnValue:
    """Let in who has signed."""
    wanted = local_address(request.form.get("return_url", "/"))
    stay = "stay" in request.form
    try:
        entrance = passkeys.come_in(
            current_instance(),
            current_opening().visit,
            request.form.get("credential", ""),
            visitor(),
            step=request.form.get("step", ""),
            stay=stay,
        )
    except AuthenticationError as error:
        said = current_instance().words.say(current_context().language, error.message)
        return sign_in_page(return_url=wanted, error=said), 422
    return enter(entrance, wanted, stay=stay)


def _page(error: InputError | None = None) -> Response:
    instance, account = current_instance(), current_account()
    works = passkeys.can_use(instance)
    with reading_desk() as desk:
        reader = reader_at(desk)
        name = Input(
            name="name",
            label=reader.t("passkeys.name"),
            help=reader.t("passkeys.name_help"),
            text=request.form.get("name", ""),
            length=60,
            required=True,
        )
        form = SetPassword(
            title=reader.t("passkeys.new"),
            action=PASSKEYS,
            inputs=(name, *own_password()),
            errors=tuple(reader.say(each) for each in error.messages) if error else (),
            save_label=reader.t("passkeys.new"),
        )
        host = instance.config.address.partition("://")[2]
        page = Passkeys(
            title=reader.t("passkeys.title"),
            text=reader.t("passkeys.about" if works else "passkeys.no_name", host=host),
            back_url=ACCOUNT,
            begin_url=f"{PASSKEYS}/begin",
            keys=tuple(_row(reader, each) for each in passkeys.list_own(instance, account)),
            form=form if works else None,
        )
        return show(page, desk, status=422 if error else 200)


def _row(reader: Reader, passkey: Passkey) -> Device:
    made = reader.locale.datetime(passkey.created_at)
    used = (
        reader.locale.datetime(passkey.used_at) if passkey.used_at else reader.t("passkeys.never")
    )
    return Device(
        label=passkey.name,
        text=reader.t("passkeys.facts", made=made, used=used),
        end=Action(
            label=reader.t("passkeys.remove"),
            url=f"{PASSKEYS}/{passkey.id}/remove",
            post=True,
            confirm=reader.t("passkeys.remove_confirm", name=passkey.name),
        ),
    )
