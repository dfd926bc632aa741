"""Somebody posts a form when his session has ended: what he typed goes with him to the sign-in."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, make_response, request

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_platform.current import (
    current_context,
    current_instance,
    current_opening,
    current_shell,
)
from cardwright_platform.security.csrf import FIELD
from cardwright_platform.views.cells import Action
from cardwright_platform.views.pages import SessionEnded
from cardwright_platform.web.frames import bare_frame
from cardwright_platform.web.posting import read_typed
from cardwright_platform.web.uploads import uploaded_places


def session_ended_page(status: int) -> Response:
    """Ask for the sign-in; the page holds what was posted, and its button posts it again."""
    words, language = current_instance().words, current_context().language

    def say(key: str) -> str:
        return words.translate(language, key)

    name = str((request.view_args or {}).get("name", ""))
    files = (say("session_ended.files"),) if uploaded_places() else ()
    page = SessionEnded(
        title=say("session_ended.title"),
        text=say("session_ended.text"),
        notes=files,
        action=request.path,
        sign_in=Action(label=say("sign_in.submit"), url="/sign-in", icon="login"),
        again=say("session_ended.again"),
        hidden=tuple(_without_secrets(current_opening().model, name)),
    )
    return make_response(current_shell().theming.render(page, bare_frame()), status)


def _without_secrets(model: Model, name: str) -> Iterator[tuple[str, str]]:
    """Yield the posted texts; a secret stands on no page, not even on that of who typed it."""
    entity = model.entity(name) if name in model.catalog.entities else None
    for place, texts in read_typed(request.form.items(multi=True)).items():
        if place != FIELD and not (entity is not None and _is_secret(model, entity, place)):
            yield from ((place, text) for text in texts)


def _is_secret(model: Model, entity: EntityModel, place: str) -> bool:
    first, *inside = place.split(".")
    found = entity.fields.get(first)
    if found is not None and found.type.relation == "lines":
        line = model.lines_of(entity, found.name)
        return any(line.fields[each].type.write_only for each in inside if each in line.fields)
    return found is not None and found.type.write_only
