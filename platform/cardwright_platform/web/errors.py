"""The page shown when a request fails: what happened, what to do, and the number to quote."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, make_response, redirect, request

from cardwright_entities.errors import CardwrightError
from cardwright_platform.current import (
    current_instance,
    current_opening,
    current_shell,
    current_view,
    has_opening,
)
from cardwright_platform.failures import Failure
from cardwright_platform.permissions import showing_again
from cardwright_platform.security.csrf import OLD_PAGE
from cardwright_platform.views.cells import Action
from cardwright_platform.views.frame import Frame
from cardwright_platform.views.pages import ErrorPage
from cardwright_platform.web.answers import page_frame
from cardwright_platform.web.frames import bare_frame
from cardwright_platform.web.session_ended import session_ended_page
from cardwright_platform.web.urls import with_query

_ICONS = {401: "lock", 403: "lock", 404: "map-search", 409: "git-merge", 429: "clock", 503: "clock"}
_TITLES = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 500, 503})


def error_page(failure: Failure) -> Response:
    """Draw the page of a failure; a stranger is led to the sign-in first."""
    is_stranger = failure.message.code == "not_signed_in"
    if is_stranger and request.method == "GET" and has_opening():
        wanted = request.full_path.rstrip("?")
        return _answer(redirect(with_query("/sign-in", [("return_url", wanted)]), 303))
    typed = _typed_again(failure)
    if typed is not None:
        return typed
    words = current_instance().words
    frame = _frame(failure)
    title = failure.status if failure.status in _TITLES else 400
    page = ErrorPage(
        status=failure.status,
        title=words.translate(frame.language, f"error.title_{title}"),
        text=words.say(frame.language, failure.message),
        number=failure.request_id,
        icon=_ICONS.get(failure.status, "alert-circle"),
        cures=_cures(failure.status, frame.language),
        details=_details(failure, frame.language),
    )
    body = current_shell().theming.render(page, frame)
    answer = make_response(body, failure.status)
    answer.headers.update(failure.headers)
    return answer


def _typed_again(failure: Failure) -> Response | None:
    """Return a page with what was posted, where only the session or its token was at fault."""
    view = current_view()
    show_again = showing_again(view) if view is not None and request.method == "POST" else None
    if show_again is None or not has_opening():
        return None
    with suppress(CardwrightError):
        if failure.message.code == "not_signed_in":
            return session_ended_page(failure.status)
        if failure.message.code != OLD_PAGE:
            return None
        page = make_response(show_again(**(request.view_args or {})))
        page.status_code = failure.status
        return page
    return None


def _frame(failure: Failure) -> Frame:
    """Return the menu around a failure of one page; without it when more may be broken."""
    if failure.status < 500 and has_opening() and current_opening().account is not None:
        with suppress(CardwrightError):
            return page_frame()
    return bare_frame()


def _cures(status: int, language: str) -> tuple[Action, ...]:
    words = current_instance().words
    home = Action(label=words.translate(language, "error.home"), url="/", icon="home")
    if status in (403, 409, 429, 503) and request.method == "GET":
        again = Action(
            label=words.translate(language, "error.reload"),
            url=request.full_path.rstrip("?"),
            icon="refresh",
            primary=True,
        )
        return (again, home)
    return (home,)


def _details(failure: Failure, language: str) -> tuple[str, ...]:
    words = current_instance().words
    said = [words.say(language, each) for many in failure.fields.values() for each in many]
    return (*failure.problems, *dict.fromkeys(said))


def _answer(response: object) -> Response:
    return make_response(response)
