"""The start and end of every request: who asks, may they, and does one of our own pages ask."""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from cardwright_entities.access.defining import DEFINING
from cardwright_entities.accounts.opening import STRANGER, Opened
from cardwright_entities.accounts.secrets import new_secret
from cardwright_entities.accounts.sessions import mark_session
from cardwright_entities.accounts.tokens import mark_token
from cardwright_entities.contexts import Origin
from cardwright_entities.errors import (
    AccessError,
    AuthenticationError,
    CardwrightError,
    Message,
)
from cardwright_platform import cookies
from cardwright_platform.current import (
    Opening,
    begin_request,
    current_instance,
    current_opening,
    current_request_id,
    current_view,
    has_opening,
    set_opening,
)
from cardwright_platform.instance import Instance
from cardwright_platform.permissions import (
    DEFINITIONS,
    IN_PERSON,
    PUBLIC,
    RECORDS,
    SIGNED,
    SIGNED_IN,
    STATIC,
    is_reading,
    permission_of,
)
from cardwright_platform.security.csrf import (
    FIELD,
    HEADER,
    SAFE_METHODS,
    check_origin,
    check_token,
)

_BEARER = "bearer"


def open_request() -> ResponseReturnValue | None:
    """Find out who asks, in one statement, and refuse what must not go further."""
    begin_request(secrets.token_hex(4))
    view = current_view()
    permission = permission_of(view) if view else PUBLIC
    if permission in (STATIC, SIGNED):
        return None
    instance = current_instance()
    # Before the commit in use is read: what goes for good waits for this request.
    instance.in_flight.begin(instance.models.known())
    token = _bearer_token()
    opening = _open(instance, token)
    set_opening(opening)
    if token and opening.account is None:
        raise AuthenticationError(Message("bad_token"))
    if request.method not in SAFE_METHODS:
        _check_forgery(instance, opening, by_token=bool(token))
        if "write" not in opening.scopes and view is not None and not is_reading(view):
            raise AccessError(Message("token_reads_only"))
    _check_permission(opening, permission, by_token=bool(token))
    _check_texts(request.args, request.form)
    return None


def close_request(response: Response) -> Response:
    """Give a stranger the cookie that the forms of the page are bound to."""
    if has_opening():
        opening = current_opening()
        if opening.is_new_visit and response.mimetype == "text/html":
            cookies.set_visit(response, current_instance().config, opening.visit)
    return response


def end_request(error: BaseException | None) -> None:
    """Let go of the definitions by which the request was answered."""
    current_instance().in_flight.end()


def _open(instance: Instance, token: str) -> Opening:
    secret = "" if token else cookies.session_secret(request.cookies, instance.config)
    system = instance.system_context()
    opened = instance.store.glance(
        system, lambda session: instance.openings.read(session, secret=secret, token=token)
    )
    _mark(instance, opened)
    visit = secret if opened.signed_in else cookies.visit_secret(request.cookies, instance.config)
    account = opened.account
    return Opening(
        context=replace(
            instance.context(
                opened.principal,
                language=_language(instance, account.language if account else None),
                zone=(account.zone if account else "") or "",
                commit=opened.model.commit,
            ),
            origin=Origin(
                address=request.remote_addr or "",
                device=request.headers.get("User-Agent", ""),
                request=current_request_id(),
            ),
        ),
        model=opened.model,
        policy=instance.engine.policy(opened.model),
        account=account,
        signed_in=opened.signed_in,
        scopes=opened.token.scopes if opened.token else frozenset({"read", "write"}),
        visit=visit or new_secret(),
        is_new_visit=not visit,
        rights_version=opened.rights_version,
    )


def _mark(instance: Instance, opened: Opened) -> None:
    now = instance.clock()
    signed_in, token = opened.signed_in, opened.token
    if signed_in is not None and signed_in.is_due(now):
        with instance.store.write(instance.system_context()) as session:
            mark_session(session, signed_in.id)
    if token is not None and token.is_due(now):
        with instance.store.write(instance.system_context()) as session:
            mark_token(session, token.id)


def _language(instance: Instance, chosen: str | None) -> str:
    offered = instance.config.languages
    if chosen in offered:
        return chosen
    cookie = cookies.language(request.cookies)
    if cookie in offered:
        return cookie
    return request.accept_languages.best_match(offered, instance.config.language)


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    # An empty token is a bad one, not none: the cookie beside it must not count.
    return (token.strip() or "-") if scheme.lower() == _BEARER else ""


def _check_forgery(instance: Instance, opening: Opening, *, by_token: bool) -> None:
    check_origin(dict(request.headers), frozenset({request.host.lower()}))
    # What a program sends with its token rides on no cookie, so nobody can forge it.
    if not by_token:
        given = request.headers.get(HEADER) or request.form.get(FIELD, "")
        check_token(instance.key_for("forms"), opening.visit, given)


def _check_texts(*given: MultiDict[str, str]) -> None:
    # No keyboard types it and PostgreSQL stores it nowhere: no page needs to think of it.
    for texts in given:
        if any("\0" in name or "\0" in text for name, text in texts.items(multi=True)):
            raise CardwrightError(Message.of("bad_character", sign="U+0000"))


def _check_permission(opening: Opening, permission: str, *, by_token: bool) -> None:
    if permission == PUBLIC:
        return
    principal = opening.context.principal
    if principal == STRANGER:
        raise AuthenticationError(Message("not_signed_in"))
    if permission in (SIGNED_IN, RECORDS):
        return
    if permission == IN_PERSON:
        if by_token:
            raise AccessError(Message("token_is_no_person"))
        return
    wanted = DEFINING if permission == DEFINITIONS else (permission,)
    if not any(opening.policy.has_feature(principal, each) for each in wanted):
        raise AccessError(Message("forbidden"))
