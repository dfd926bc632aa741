"""The built files of themes: their names change with their content, so they are kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response, abort, send_from_directory

from cardwright_platform.current import current_shell
from cardwright_platform.permissions import static

pages = Blueprint("statics", __name__)


@pages.get("/static/<theme>/<path:name>")
@static
def file(theme: str, name: str) -> Response:
    """Send one built file of a theme."""
    found = current_shell().theming.themes.get(theme)
    if found is None:
        abort(404)
    answer = send_from_directory(found.dist, name, max_age=31_536_000, conditional=True)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@pages.get("/favicon.ico")
@static
def icon() -> Response:
    """Say that there is none: pages name their own."""
    abort(404)
