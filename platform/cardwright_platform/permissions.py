"""What a route needs; a route that does not say so stops the server from starting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

#: Open to strangers, with what is known of the browser.
PUBLIC = "public"
#: Open to strangers and the same for all: nothing is looked up before it.
STATIC = "static"
#: Open to other systems that sign what they send; the page itself looks at the signature.
SIGNED = "signed"
#: Somebody is signed in; what else is allowed is decided by the policy at each record.
SIGNED_IN = "signed_in"
#: Somebody is signed in himself: who he is and how he comes in is changed by no program's token.
IN_PERSON = "in_person"
#: Like SIGNED_IN; says that the page asks the gate and the queries, which ask the policy.
RECORDS = "records"
#: One of the features by which somebody changes definitions; what a plan changes is asked of it.
DEFINITIONS = "definitions"
_ATTRIBUTE = "cardwright_permission"
_READING = "cardwright_reading"
_LEAVING = "cardwright_leaving"
_REPEATING = "cardwright_repeating"
_SHOWN_AGAIN = "cardwright_shown_again"


class UndeclaredRouteError(Exception):
    """Routes without a declared permission; the message lists them."""


def public(view: View) -> View:
    """Declare that strangers may see this page."""
    return _declare(view, PUBLIC)


def static(view: View) -> View:
    """Declare that this answer is the same for everybody and needs no session."""
    return _declare(view, STATIC)


def signed(view: View) -> View:
    """Declare that another system proves by a signature who it is; no browser is meant."""
    return _declare(view, SIGNED)


def requires(permission: str) -> Callable[[View], View]:
    """Declare what a page needs: one of the constants above, or a feature that roles grant."""

    def declare(view: View) -> View:
        return _declare(view, permission)

    return declare


def reading(view: View) -> View:
    """Declare that this page changes nothing although it is posted to, such as an aggregate."""
    setattr(view, _READING, True)
    return view


def is_reading(view: Callable[..., Any]) -> bool:
    """Tell whether a token that may only read may call this."""
    return bool(getattr(view, _READING, False))


def leaving(view: View) -> View:
    """Declare that this page may be posted to by whoever looks as somebody else: to stop it."""
    setattr(view, _LEAVING, True)
    return view


def is_leaving(view: Callable[..., Any]) -> bool:
    """Tell whether whoever looks as somebody else may post to this."""
    return bool(getattr(view, _LEAVING, False))


def repeating(view: View) -> View:
    """Declare that open pages ask for this again and again by themselves: nobody looks at it."""
    setattr(view, _REPEATING, True)
    return view


def is_repeating(view: Callable[..., Any]) -> bool:
    """Tell whether pages ask for this by themselves."""
    return bool(getattr(view, _REPEATING, False))


def shown_again_by(show: Callable[..., Any]) -> Callable[[View], View]:
    """Declare what shows a form again as it was posted, to whoever must sign in or has just."""

    def declare(view: View) -> View:
        setattr(view, _SHOWN_AGAIN, show)
        return view

    return declare


def showing_again(view: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what shows the form again that is posted to this, None where nothing does."""
    found: Callable[..., Any] | None = getattr(view, _SHOWN_AGAIN, None)
    return found


def permission_of(view: Callable[..., Any]) -> str:
    """Return what a page declares; raise UndeclaredRouteError when it says nothing."""
    declared = getattr(view, _ATTRIBUTE, None)
    if not isinstance(declared, str):
        raise UndeclaredRouteError(getattr(view, "__name__", repr(view)))
    return declared


def _declare(view: View, permission: str) -> View:
    setattr(view, _ATTRIBUTE, permission)
    return view
