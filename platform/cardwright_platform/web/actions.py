"""Buttons of a card: the small form of an action, and doing it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.posting import (
    failure_of,
    given_confirmations,
    read_inputs,
    read_typed,
)
from cardwright_platform.web.presenting.actions import ActionFormMaker
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.toasts import leave_toast
from cardwright_platform.web.uploads import note_files, stored_files, uploaded_places
from cardwright_platform.web.urls import card_url, job_url, list_url

pages = Blueprint("actions", __name__)


@pages.get("/card/<name>/<int:record>/actions/<action>")
@requires(RECORDS)
def show_form(name: str, record: int, action: str) -> ResponseReturnValue:
    """Show what an action asks before it works."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        offered = desk.actions.find(name, record, action)
        maker = ActionFormMaker(
            desk=desk, reader=reader_at(desk), entity=entity, record=record, action=offered
        )
        return show(maker.form(), desk, entity=name)


@pages.post("/card/<name>/<int:record>/actions/<action>")
@requires(RECORDS)
def perform(name: str, record: int, action: str) -> ResponseReturnValue:
    """Do an action and go where it leads, or show its form with every message."""
    typed = read_typed(request.form.items(multi=True))
    files = stored_files(lambda desk: desk.actions.find(name, record, action))

    def work(desk: Desk) -> tuple[Action, Performed]:
        offered = desk.actions.find(name, record, action)
        numbers = note_files(desk.session, files)
        problems: dict[str, list[Message]] = {}
        asked = {each.name: each for each in offered.asks}
        raw = read_inputs(asked, typed, numbers, problems)
        if problems:
            raise InputError(problems)
        asking = Asking(
            values=raw,
            version=read_number(typed.get("version", [""])[-1]) or None,
            merge=True,
            confirmed=given_confirmations(typed),
        )
        return offered, desk.actions.perform(name, record, action, asking)

    try:
        offered, performed = write_at_desk(work)
    except InputError as error:
        return _again(name, record, action, typed, error)
    except (AccessError, ConflictError) as error:
        text = current_reader().say(error.message)
        return sent_on(go(card_url(name, record), text, tone="danger"))
    except NotFoundError as error:
        if error.message == Message("not_found"):
            raise
        # What is told of every record that is not there; the list is there all the same.
        text = current_reader().say(error.message)
        return sent_on(go(list_url(name), text, tone="danger"))
    return sent_on(_after(name, record, offered, performed))


def _after(name: str, record: int, offered: Action, performed: Performed) -> Response:
    reader = current_reader()
    done = reader.t("action.done", label=reader.text(offered.label, offered.name))
    text = reader.say(performed.message) if performed.message is not None else done
    saved = performed.saved
    tone = "done"
    if saved is not None and saved.warnings:
        text = " · ".join([text, *(reader.say(each) for each in saved.warnings.values())])
        tone = "warning"
    target = performed.goes_to
    url = card_url(target.entity, target.id) if target is not None else card_url(name, record)
    if performed.leaves:
        url = list_url(name)  # its card is there no more for who gave it away
    answer = go(url)
    leave_toast(
        answer,
        text,
        change_set=saved.change_set if saved is not None else 0,
        tone=tone,
        link=job_url(performed.job) if performed.job is not None else "",
    )
    return answer


def sent_on(answer: Response) -> Response:
    """Tell a script where to go: it cannot follow a redirect and keep the message."""
    accepted = request.accept_mimetypes
    if accepted["application/json"] <= accepted["text/html"]:
        return answer
    told = jsonify({"url": answer.headers["Location"]})
    told.headers.extend(("Set-Cookie", each) for each in answer.headers.getlist("Set-Cookie"))
    return told


def _again(
    name: str, record: int, action: str, typed: Typed, error: InputError
) -> ResponseReturnValue:
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        reader = reader_at(desk)
        offered = desk.actions.find(name, record, action)
        maker = ActionFormMaker(
            desk=desk,
            reader=reader,
            entity=entity,
            record=record,
            action=offered,
            typed=typed,
            failure=failure_of(reader, entity, error, typed, uploaded_places()),
            version=typed.get("version", [""])[-1],
        )
        return show(maker.form(), desk, status=422, entity=name)
