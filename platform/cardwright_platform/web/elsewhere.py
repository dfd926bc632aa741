"""Signing in elsewhere: away to a provider and back, and one's own page of who one is there."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.identities import Identity
from cardwright_entities.errors import AuthenticationError, InputError, Message
from cardwright_platform import signing_in_elsewhere
from cardwright_platform.current import (
    current_account,
    current_context,
    current_instance,
    current_opening,
    current_shell,
)
from cardwright_platform.permissions import IN_PERSON, public, requires
from cardwright_platform.security.places import local_address
from cardwright_platform.sign_in_providers.registered import SignInWay
from cardwright_platform.views.pages import Identities, IdentityAt, Leaving, SetPassword
from cardwright_platform.web.accounts import enter, sign_in_page, visitor
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.frames import bare_frame
from cardwright_platform.web.passwords import check_own_password, own_password
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import ACCOUNT, IDENTITIES

pages = Blueprint("elsewhere", __name__)


@pages.post("/sign-in/with/<name>")
@public
def leave(name: str) -> ResponseReturnValue:
    """Send a stranger to a provider; who did not ask on our page is not sent."""
    way = signing_in_elsewhere.find_way(current_instance(), name)
    wanted = local_address(request.form.get("return_url", "/"))
    try:
        return _leave(way, wanted, stay="stay" in request.form)
    except AuthenticationError as error:
        return sign_in_page(return_url=wanted, error=_words(error.message)), 422


@pages.get("/sign-in/with/<name>/back")
@public
def come_back(name: str) -> ResponseReturnValue:
    """Take who comes back from a provider.

    It is a GET because providers send people back so. What stands in for the token of a form is
    the state: it was made for this very browser, is good once, and for ten minutes.
    """
    way = signing_in_elsewhere.find_way(current_instance(), name)
    account = current_opening().account
    try:
        back = signing_in_elsewhere.arrive(
            current_instance(),
            way,
            request.args.to_dict(),
            current_opening().visit,
            visitor(),
            account=account,
        )
    except AuthenticationError as error:
        if account is not None:
            return _page(error.message)
        return sign_in_page(return_url="/", error=_words(error.message)), 422
    except InputError as error:
        return _page(error.fields["identity"][0])
    if back.entrance is None:
        return go(IDENTITIES, _say("identities.linked", name=way.in_language(_language())))
    return enter(back.entrance, back.wanted, stay=back.stay)


@pages.get(IDENTITIES)
@requires(IN_PERSON)
def show_identities() -> ResponseReturnValue:
    """Show where else one may sign in, and who one is there."""
    return _page()


@pages.post(f"{IDENTITIES}/<name>/link")
@requires(IN_PERSON)
def link(name: str) -> ResponseReturnValue:
    """Go and say at a provider who one is there, after the password."""
    way, account = signing_in_elsewhere.find_way(current_instance(), name), current_account()
    try:
        check_own_password()
        return _leave(way, IDENTITIES, account=account)
    except InputError as error:
        return _page(error.fields["old"][0], name)
    except AuthenticationError as error:
        return _page(error.message, name)


@pages.post(f"{IDENTITIES}/<name>/unlink")
@requires(IN_PERSON)
def unlink(name: str) -> ResponseReturnValue:
    """Forget who one is at a provider, after the password."""
    way, account = signing_in_elsewhere.find_way(current_instance(), name), current_account()
    try:
        check_own_password()
        signing_in_elsewhere.unbind(current_instance(), account, way.name)
    except InputError as error:
        return _page(next(iter(error.fields.values()))[0], name)
    return go(IDENTITIES, _say("identities.unlinked", name=way.in_language(_language())))


def _leave(
    way: SignInWay, wanted: str, *, stay: bool = False, account: Account | None = None
) -> str:
    """Answer the page that leads on: browsers let no form of ours end at another site."""
    url = signing_in_elsewhere.depart(
        current_instance(),
        way,
        current_opening().visit,
        visitor(),
        wanted=wanted,
        language=_language(),
        stay=stay,
        account=account,
    )
    name = way.in_language(_language())
    page = Leaving(
        title=_say("leaving.title", name=name), url=url, label=_say("leaving.go", name=name)
    )
    return current_shell().theming.render(page, bare_frame())


def _page(problem: Message | None = None, place: str = "") -> Response:
    account, instance = current_account(), current_instance()
    bound = signing_in_elsewhere.list_bound(instance, account)
    with reading_desk() as desk:
        reader = reader_at(desk)
        error = (reader.say(problem),) if problem else ()
        page = Identities(
            title=reader.t("identities.title"),
            text=reader.t("identities.about"),
            back_url=ACCOUNT,
            errors=() if place else error,
            places=tuple(
                _place(reader, way, bound, error if way.name == place else ())
                for way in instance.ways.values()
            ),
        )
        return show(page, desk, status=422 if problem else 200)


def _place(
    reader: Reader,
    way: SignInWay,
    bound: tuple[Identity, ...],
    errors: tuple[str, ...],
) -> IdentityAt:
    here = [each for each in bound if each.provider == way.name]
    deed = "unlink" if here else "link"
    return IdentityAt(
        label=way.in_language(reader.context.language),
        text=reader.listed(each.label for each in here) or reader.t("identities.none"),
        is_linked=bool(here),
        form=SetPassword(
            title="",
            name=way.name,
            action=f"{IDENTITIES}/{way.name}/{deed}",
            inputs=own_password(),
            errors=errors,
            save_label=reader.t(f"identities.{deed}"),
        ),
    )


def _language() -> str:
    return current_context().language


def _words(message: Message) -> str:
    return current_instance().words.say(_language(), message)


def _say(key: str, **params: object) -> str:
    return current_instance().words.translate(_language(), key, params)
