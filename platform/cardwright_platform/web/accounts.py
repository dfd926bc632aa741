"""Signing in and out, and one-time links."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from cardwright_entities.accounts.one_time_links import SETS_PASSWORD, OneTimeLink
from cardwright_entities.errors import AuthenticationError, InputError, NotFoundError
from cardwright_platform import cookies, passkeys, signing_in
from cardwright_platform.current import (
    current_context,
    current_instance,
    current_opening,
    current_shell,
)
from cardwright_platform.password_rules import password_rules
from cardwright_platform.permissions import leaving, public
from cardwright_platform.security.places import local_address
from cardwright_platform.signing_in import Entrance, Visitor
from cardwright_platform.views.cells import Action
from cardwright_platform.views.pages import DemoUser, SetPassword, SignIn
from cardwright_platform.web.demo_users import demo_users, find_demo_user
from cardwright_platform.web.frames import MODES, bare_frame
from cardwright_platform.web.passwords import check_twice, code_input, password_input
from cardwright_platform.web.urls import sign_in_with_url

pages = Blueprint("accounts", __name__)

_STEP = "/sign-in/step"


@pages.get("/sign-in")
@public
def show_sign_in() -> ResponseReturnValue:
    """Show the form, or go on when somebody is signed in already."""
    wanted = local_address(request.args.get("return_url", "/"))
    if current_opening().account is not None:
        return redirect(wanted, 303)
    return sign_in_page(return_url=wanted)


@pages.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Open a session and go where somebody wanted to go."""
    instance = current_instance()
    wanted = local_address(request.form.get("return_url", "/"))
    login, stay = request.form.get("login", ""), "stay" in request.form
    try:
        if "demo" in request.form:
            stay = False
            account = find_demo_user(instance, request.form["demo"], request.remote_addr or "")
            entrance = signing_in.enter(instance, account, visitor())
        else:
            password = request.form.get("password", "")
            entrance = signing_in.sign_in(instance, login, password, visitor(), stay=stay)
    except AuthenticationError as error:
        words = current_instance().words.say(current_context().language, error.message)
        return sign_in_page(return_url=wanted, login=login, error=words), 422
    return enter(entrance, wanted, stay=stay)


@pages.post(_STEP)
@public
def take_second_step() -> ResponseReturnValue:
    """Go on from a right password: the code of an app, or one of those on paper."""
    stay = "stay" in request.form
    wanted = local_address(request.form.get("return_url", "/"))
    step = request.form.get("step", "")
    try:
        code = request.form.get("code", "")
        entrance = signing_in.take_step(current_instance(), step, code, visitor(), stay=stay)
    except InputError as error:
        return _step_page(step, wanted, stay=stay, error=error), 422
    except NotFoundError:
        return sign_in_page(return_url=wanted, error=_say("second_step.over")), 422
    return enter(entrance, wanted, stay=stay)


@pages.post("/sign-out")
@leaving
@public
def sign_out() -> ResponseReturnValue:
    """End the session and empty what the browser keeps of it."""
    instance = current_instance()
    opening = current_opening()
    if opening.signed_in is not None:
        signing_in.sign_out(instance, opening.visit, opening.own or opening.context)
    answer = make_response(redirect("/sign-in", 303))
    cookies.clear_session(answer, instance.config)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@pages.get("/link/<secret>")
@public
def show_link(secret: str) -> ResponseReturnValue:
    """Show what a one-time link is for; looking at it does not use it."""
    return _link_page(secret)


@pages.post("/link/<secret>")
@public
def use_link(secret: str) -> ResponseReturnValue:
    """Use a one-time link: sign in, with the new password where it is for one."""
    instance = current_instance()
    try:
        if signing_in.find_link(instance, secret).purpose in SETS_PASSWORD:
            check_twice("password")
        password = request.form.get("password", "")
        used = signing_in.use_link(instance, secret, visitor(), password=password)
    except InputError as error:
        return _link_page(secret, error), 422
    return enter(signing_in.enter(instance, used.account, visitor()), "/", stay=False)


@pages.post("/look")
@public
def choose_look() -> ResponseReturnValue:
    """Remember a stranger's language, and light or dark."""
    instance = current_instance()
    answer = make_response(redirect(local_address(request.form.get("return_url", "/")), 303))
    chosen = request.form.get("language", "")
    if chosen in instance.config.languages:
        cookies.set_language(answer, instance.config, chosen)
    if request.form.get("mode") in MODES:
        cookies.set_mode(answer, instance.config, request.form["mode"])
    return answer


def sign_in_page(*, return_url: str, login: str = "", error: str = "") -> str:
    """Draw the page of signing in, with all ways there are."""
    config, language = current_instance().config, current_context().language
    people = demo_users(current_instance(), request.remote_addr or "")
    page = SignIn(
        title=_say("sign_in.title"),
        action="/sign-in",
        login=login,
        error=error,
        return_url=return_url,
        stay=_say("sign_in.stay", days=config.session_days),
        passkey=_say("passkeys.sign_in") if passkeys.can_use(current_instance()) else "",
        ways=tuple(
            Action(
                label=_say("sign_in.with", name=way.in_language(language)),
                url=sign_in_with_url(way.name),
            )
            for way in current_instance().ways.values()
        ),
        demo=tuple(
            DemoUser(
                login=each.login,
                name=each.name,
                note=_role_names(each.roles),
                initial=each.name[:1],
                hue=each.hue,
            )
            for each in people
        ),
    )
    return current_shell().theming.render(page, bare_frame())


def _role_names(names: tuple[str, ...]) -> str:
    roles = current_opening().model.catalog.roles
    language = current_context().language
    labels = [roles[name].label.in_language(language) or name for name in names if name in roles]
    return ", ".join(labels)


def _link_page(secret: str, error: InputError | None = None) -> str:
    found = signing_in.find_link(current_instance(), secret)
    is_password = found.purpose in SETS_PASSWORD
    language = current_context().language
    messages = error.messages if error else ()
    page = SetPassword(
        title=_say(f"link.{found.purpose}_title", name=found.account.name),
        action=f"/link/{secret}",
        inputs=(password_input("password"), password_input("password_again"))
        if is_password
        else (),
        text=_link_text(found),
        errors=tuple(current_instance().words.say(language, each) for each in messages),
        save_label=_say("account.save_password" if is_password else "sign_in.submit"),
    )
    return current_shell().theming.render(page, bare_frame())


def _link_text(found: OneTimeLink) -> str:
    if found.purpose == "renew_password":
        return _say("link.renew_password_text", days=password_rules(current_instance()).days)
    if found.purpose == "invitation":
        return _say("link.invitation_text", login=found.account.login)
    return _say("link.once")


def enter(entrance: Entrance, wanted: str, *, stay: bool) -> Response:
    """Let somebody in, with a session that no browser held before, or ask for the second step."""
    if entrance.step:
        return make_response(_step_page(entrance.step, wanted, stay=stay))
    if entrance.link:
        return make_response(redirect(f"/link/{entrance.link}", 303))
    config, answer = current_instance().config, make_response(redirect(wanted, 303))
    cookies.set_session(answer, config, entrance.session, stay=stay)
    cookies.set_device(answer, config, entrance.device)
    return answer


def _step_page(step: str, wanted: str, *, stay: bool, error: InputError | None = None) -> str:
    hidden = (("step", step), ("return_url", wanted), *((("stay", "1"),) if stay else ()))
    messages = error.messages if error else ()
    language = current_context().language
    page = SetPassword(
        title=_say("second_step.title"),
        action=_STEP,
        inputs=(code_input(),),
        text=_say("second_step.ask"),
        errors=tuple(current_instance().words.say(language, each) for each in messages),
        hidden=hidden,
        passkey=_say("passkeys.use_step") if passkeys.can_use(current_instance()) else "",
        save_label=_say("sign_in.submit"),
    )
    return current_shell().theming.render(page, bare_frame())


def visitor() -> Visitor:
    """Return from where somebody tries."""
    origin = current_context().origin
    return Visitor(
        address=origin.address,
        device=origin.device,
        request=origin.request,
        proof=cookies.device_token(request.cookies, current_instance().config),
    )


def _say(key: str, **params: object) -> str:
    return current_instance().words.translate(current_context().language, key, params)
