"""Formulas while somebody types: the form is sent, computed values come back by their names."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.records.previewing import preview
from cardwright_platform.permissions import RECORDS, reading, requires
from cardwright_platform.web.answers import find_entity
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.posting import name_on_screen, raw_values, read_typed
from cardwright_platform.web.presenting.cells import cell_of

pages = Blueprint("computing", __name__)


@pages.post("/compute/<name>")
@requires(RECORDS)
@reading
def compute_new(name: str) -> ResponseReturnValue:
    """Tell what a form for a new record would compute."""
    return _answer(name, None)


@pages.post("/compute/<name>/<int:record>")
@requires(RECORDS)
@reading
def compute_change(name: str, record: int) -> ResponseReturnValue:
    """Tell what the form of a record would compute."""
    return _answer(name, record)


def _answer(name: str, record: int | None) -> ResponseReturnValue:
    typed = read_typed(request.form.items(multi=True))
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        # What cannot be read yet, such as half a number, counts as empty.
        raw, _ = raw_values(desk, entity, typed)
        found = preview(desk.records, name, record, raw)
        reader = reader_at(desk)
        values = {
            name_on_screen(entity, place, typed): cell_of(reader, field, value).text
            for place, field, value in found
        }
    return jsonify({"values": values})
