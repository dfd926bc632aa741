"""Further lines of a long form, drawn for the page that is open."""

from __future__ import annotations

from dataclasses import replace

import orjson
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, LimitError, Message, NotFoundError
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.permissions import RECORDS, reading, requires
from cardwright_platform.views.forms import LineRows
from cardwright_platform.web.answers import find_entity, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.posting import read_typed
from cardwright_platform.web.presenting.carried_lines import posted_lines
from cardwright_platform.web.presenting.form_requests import Failure, FormRequest
from cardwright_platform.web.presenting.forms import FormMaker
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.line_grids import PAGE
from cardwright_platform.web.presenting.new_records import new_values

pages = Blueprint("line_rows", __name__)


@pages.post("/rows/<name>/<lines>")
@requires(RECORDS)
@reading
def rows_of_new(name: str, lines: str) -> ResponseReturnValue:
    """Draw lines of a record that is not stored yet."""
    return _answer(name, None, lines)


@pages.post("/rows/<name>/<lines>/<int:record>")
@requires(RECORDS)
@reading
def rows_of_record(name: str, lines: str, record: int) -> ResponseReturnValue:
    """Draw lines of the form of a record."""
    return _answer(name, record, lines)


def _answer(name: str, record: int | None, lines: str) -> ResponseReturnValue:
    typed = read_typed(request.form.items(multi=True))
    if len(posted_lines(typed, lines)) > PAGE:
        raise LimitError(Message.of("too_many_lines", most=PAGE))
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        found = entity.fields.get(lines)
        if found is None or found.type.relation != "lines":
            raise NotFoundError(Message("not_found"))
        asked = _request(desk, entity, record, lines, typed)
        maker = FormMaker.of(desk, reader_at(desk), entity, asked)
        return show(LineRows(grid=maker.rows_of(lines)), desk)


def _request(
    desk: Desk, entity: EntityModel, record: int | None, lines: str, typed: Typed
) -> FormRequest:
    asked = FormRequest(
        action="", list_url="", cancel_url="", typed=typed, failure=Failure(errors=_messages())
    )
    if record is None:
        desk.records.may_create(entity.name)
        return replace(asked, values=new_values(desk, entity, {}))
    desk.records.may_edit(entity.name, record)
    stored = desk.record(entity.name, record, titles=False)
    wanted = {texts.get("id", [""])[0] for texts in posted_lines(typed, lines).values()}
    rows = tuple(each for each in stored.lines.get(lines, ()) if str(each.id) in wanted)
    return replace(asked, record=record, values=stored.values, lines={lines: rows})


def _messages() -> dict[str, list[str]]:
    """Return the messages that the page keeps for the lines."""
    try:
        told = orjson.loads(request.form.get("messages", "{}"))
        return {str(name): [str(text) for text in texts] for name, texts in told.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise CardwrightError(Message("bad_request")) from error
