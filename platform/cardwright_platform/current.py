"""What belongs to the request being answered: the one place that reads Flask's globals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g, request

from cardwright_entities.access.policy import Policy
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.sessions import SignedIn
from cardwright_entities.contexts import Context, Principal
from cardwright_entities.errors import AuthenticationError, Message
from cardwright_entities.model.model import Model
from cardwright_platform.instance import Instance
from cardwright_platform.security.csrf import make_token
from cardwright_platform.theming import Theming

EXTENSION = "cardwright"


@dataclass(frozen=True, kw_only=True)
class Shell:
    """What an application needs beside its routes."""

    instance: Instance
    theming: Theming


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What one statement found out at the start of a request; pages get all from here."""

    context: Context
    model: Model
    policy: Policy
    account: Account | None = None
    signed_in: SignedIn | None = None  #: None also for tokens
    token: int | None = None  #: the id of the token by which somebody asks
    scopes: frozenset[str] = frozenset({"read", "write"})  #: what a token may do
    visit: str = ""  #: the secret in the browser's cookie, which its forms are bound to
    is_new_visit: bool = False  #: the browser does not hold it yet
    rights_version: int = 0
    own: Context | None = None  #: of who really looks, while he looks as somebody else


def current_shell() -> Shell:
    """Return the application's instance and theming."""
    return cast(Shell, current_app.extensions[EXTENSION])


def current_instance() -> Instance:
    """Return the instance that this application serves."""
    return current_shell().instance


def current_opening() -> Opening:
    """Return what is known of this request."""
    return cast(Opening, g.opening)


def has_opening() -> bool:
    """Tell whether the request came so far that something is known of it."""
    return "opening" in g


def current_context() -> Context:
    """Return who acts, when, and in which language."""
    return current_opening().context


def current_principal() -> Principal:
    """Return who acts."""
    return current_context().principal


def current_account() -> Account:
    """Return the account that is signed in; raise AuthenticationError."""
    account = current_opening().account
    if account is None:
        raise AuthenticationError(Message("not_signed_in"))
    return account


def current_watermark() -> str:
    """Return who reads and when, for across what he reads; empty where nobody wants that.

    It is whoever really reads, also while he looks as somebody else. Never "today": a photograph
    of a page is older tomorrow.
    """
    if not current_instance().config.watermark:
        return ""
    opening = current_opening()
    name = current_account().name if opening.own is None else opening.own.principal.name
    now = opening.context.now.astimezone(opening.context.zone)
    return f"{name} {now:%Y-%m-%d %H:%M}"


def current_view() -> Callable[..., Any] | None:
    """Return the page that is asked for; None when there is no such address."""
    return current_app.view_functions.get(request.endpoint) if request.endpoint else None


def current_csrf_token() -> str:
    """Return what every form of this page must post."""
    return make_token(current_instance().key_for("forms"), current_opening().visit)


def current_request_id() -> str:
    """Return the number that a person may quote and the log knows."""
    return str(g.get("request_id", ""))


def begin_request(request_id: str) -> None:
    """Give the request its number."""
    g.request_id = request_id


def set_opening(opening: Opening) -> None:
    """Keep what is known of this request until it is answered."""
    g.opening = opening
