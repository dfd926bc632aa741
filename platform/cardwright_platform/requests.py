"""The start and end of every request: who asks, may they, and does one of our own pages ask."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from cardwright_entities.access.defining import DEFINING
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.opening import STRANGER, Opened
from cardwright_entities.accounts.secrets import new_secret
from cardwright_entities.accounts.sessions import mark_session
from cardwright_entities.accounts.tokens import mark_token
from cardwright_entities.accounts.viewing import note_view, viewed
from cardwright_entities.contexts import Context, Origin, Principal
from cardwright_entities.errors import (
    AccessError,
    AuthenticationError,
    CardwrightError,
    Message,
)
from cardwright_entities.store.sessions import Session
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
    is_leaving,
    is_reading,
    is_repeating,
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
_REFUSED = 400


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
    if opening.token is not None:
        instance.token_limits.count(instance.store, instance.system_context(), opening.token)
    if request.method not in SAFE_METHODS:
        check_origin(dict(request.headers), frozenset({request.host.lower()}))
        if opening.account is None:
            # Whose session has ended is told that, and not that his page is too old.
            _check_permission(opening, permission, by_token=bool(token))
        _check_forgery(instance, opening, by_token=bool(token))
        if "write" not in opening.scopes and view is not None and not is_reading(view):
            raise AccessError(Message("token_reads_only"))
    _check_viewing(opening, permission, view)
    _check_permission(opening, permission, by_token=bool(token))
    _check_texts(request.args, request.form)
    return None


def close_request(response: Response) -> Response:
    """Give a stranger the cookie that the forms of the page are bound to."""
    if has_opening():
        opening = current_opening()
        _note_view(opening, response)
        if opening.is_new_visit and response.mimetype == "text/html":
            cookies.set_visit(response, current_instance().config, opening.visit)
    return response


def end_request(error: BaseException | None) -> None:
    """Let go of the definitions by which the request was answered."""
    current_instance().in_flight.end()


def _open(instance: Instance, token: str) -> Opening:
    secret = "" if token else cookies.session_secret(request.cookies, instance.config)
    system = instance.system_context()

    def read(session: Session) -> tuple[Opened, tuple[Principal, Account] | None]:
        opened = instance.openings.read(session, secret=secret, token=token)
        signed_in, policy = opened.signed_in, instance.engine.policy(opened.model)
        if signed_in is None or signed_in.view_as is None:
            return opened, None
        other = signed_in.view_as
        return opened, viewed(session, opened.model, policy, opened.principal, other)

    opened, other = instance.store.glance(system, read)
    _mark(instance, opened)
    visit = secret if opened.signed_in else cookies.visit_secret(request.cookies, instance.config)
    own, account = _own_context(instance, opened), opened.account
    context = own
    if other is not None:
        context, account = replace(own, principal=other[0]), other[1]
    return Opening(
        context=context,
        own=own if other is not None else None,
        model=opened.model,
        policy=instance.engine.policy(opened.model),
        account=account,
        signed_in=opened.signed_in,
        token=opened.token.id if opened.token else None,
        scopes=opened.token.scopes if opened.token else frozenset({"read", "write"}),
        visit=visit or new_secret(),
        is_new_visit=not visit,
        rights_version=opened.rights_version,
    )


def _own_context(instance: Instance, opened: Opened) -> Context:
    account = opened.account
    return replace(
        instance.context(
            opened.principal,
            # Whoever looks as somebody else reads his own language, by his own clock.
            language=_language(instance, account.language if account else None),
            zone=(account.zone if account else "") or "",
            commit=opened.model.commit,
        ),
        origin=Origin(
            address=request.remote_addr or "",
            device=request.headers.get("User-Agent", ""),
            request=current_request_id(),
        ),
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
    # What a program sends with its token rides on no cookie, so nobody can forge it.
    if not by_token:
        given = request.headers.get(HEADER) or request.form.get(FIELD, "")
        check_token(instance.key_for("forms"), opening.visit, given)


def _check_viewing(opening: Opening, permission: str, view: Callable[..., Any] | None) -> None:
    """Refuse what somebody who looks as another may not: to change anything, and his own pages."""
    if opening.own is None:
        return
    if request.method not in SAFE_METHODS and not (view is not None and is_leaving(view)):
        raise AccessError(Message("view_as_reads_only"))
    if permission == IN_PERSON:
        raise AccessError(Message("view_as_not_his_page"))


def _note_view(opening: Opening, response: Response) -> None:
    """Note what was looked at as somebody else."""
    own, viewed_as, view = opening.own, opening.context.principal.account, current_view()
    if own is None or viewed_as is None or request.method != "GET":
        return
    if response.status_code >= _REFUSED or (view is not None and is_repeating(view)):
        return
    what = request.full_path.rstrip("?")
    current_instance().store.run_write(
        own, lambda session: note_view(session, own, viewed_as, what)
    )


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
