"""Boards: a card that was dragged to another state takes the move that leads there."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    Message,
)
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.web.answers import find_entity, go
from cardwright_platform.web.desks import current_reader, reading_desk, write_at_desk
from cardwright_platform.web.lists import back_to_list
from cardwright_platform.web.presenting.boards import move_to
from cardwright_platform.web.toasts import leave_toast
from cardwright_platform.web.urls import perform_url

pages = Blueprint("boards", __name__)


@pages.post("/list/<name>/board")
@requires(RECORDS)
def move(name: str) -> ResponseReturnValue:
    """Bring a record to a state: at once, or by the small form of the move."""
    record = read_number(request.form.get("record", "")) or 0
    state = request.form.get("to", "")
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may_read(name, record)
        action = move_to(desk, entity, record, state)
        offered = desk.actions.find(name, record, action) if action else None
    if offered is None:
        return _refused(name, Message("board_no_way"))
    if offered.blocked is not None:
        return _refused(name, offered.blocked)
    if offered.asks or offered.confirm:
        return jsonify({"dialog": perform_url(name, record, action)})

    def work(desk: Desk) -> tuple[Action, Performed]:
        found = desk.actions.find(name, record, action)
        return found, desk.actions.perform(name, record, action, Asking(merge=True))

    try:
        done, performed = write_at_desk(work)
    except InputError:
        # What must be filled in first is asked where it can be.
        return jsonify({"dialog": perform_url(name, record, action)})
    except (AccessError, ConflictError) as error:
        return _refused(name, error.message)
    return _moved(name, done, performed)


def _moved(name: str, done: Action, performed: Performed) -> ResponseReturnValue:
    reader = current_reader()
    url = back_to_list(name, request.form)
    saved = performed.saved
    text = reader.t("action.done", label=reader.text(done.label, done.name))
    if saved is not None and saved.warnings:
        text = " · ".join([text, *(reader.say(each) for each in saved.warnings.values())])
    answer = jsonify({"url": url}) if _is_script() else go(url)
    change_set = saved.change_set if saved is not None else 0
    return leave_toast(answer, text, change_set=change_set)


def _refused(name: str, message: Message) -> ResponseReturnValue:
    said = current_reader().say(message)
    if not _is_script():
        return go(back_to_list(name, request.form), said, tone="danger")
    answer = jsonify({"message": said})
    answer.status_code = 409
    return answer


def _is_script() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
