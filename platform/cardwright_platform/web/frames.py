"""The frame of pages that need no menu: signing in, errors."""

from __future__ import annotations

from flask import request

from cardwright_platform import cookies
from cardwright_platform.current import (
    current_context,
    current_csrf_token,
    current_instance,
    current_request_id,
    has_opening,
)
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.frame import Frame

MODES = ("auto", "light", "dark")
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def bare_frame() -> Frame:
    """Return a frame without menu and user, in the reader's language."""
    config = current_instance().config
    if not has_opening():
        return Frame(language=config.language, theme=config.theme, request_id=current_request_id())
    language = current_context().language
    chosen = cookies.mode(request.cookies)
    return Frame(
        language=language,
        mode=chosen if chosen in MODES else MODES[0],
        theme=config.theme,
        languages=language_choices(config.languages, language),
        csrf_token=current_csrf_token(),
        preferences_url="/look",
        return_url=request.full_path.rstrip("?"),
        request_id=current_request_id(),
    )


def language_choices(offered: tuple[str, ...], chosen: str) -> tuple[Choice, ...]:
    """Return the languages that one may switch to, each in its own words."""
    return tuple(
        Choice(value=each, label=LANGUAGE_NAMES.get(each, each), selected=each == chosen)
        for each in offered
    )
