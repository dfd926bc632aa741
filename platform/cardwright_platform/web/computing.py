"""Formulas while somebody types: the form is sent, computed values come back by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.previewing import look_ahead, offers_at, typed_draft
from cardwright_platform.permissions import RECORDS, reading, requires
from cardwright_platform.web.answers import find_entity
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.posting import names_on_screen, raw_values, read_typed
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.duplicates import told_duplicates
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.suggestions import filled_value, titled_reader

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
        asked = request.args.get("offers", "")
        if asked:
            return _offers(desk, entity, record, typed, raw, asked)
        told = _duplicates(desk, entity, record, raw)
        ahead = look_ahead(desk.records, name, record, raw)
        reader = titled_reader(
            desk, reader_at(desk), [(field, value) for _, field, value in ahead.filled]
        )
        on_screen = names_on_screen(entity, typed)
        values = {
            on_screen(place): cell_of(reader, field, value).text
            for place, field, value in ahead.computed
        }
        filled = {
            on_screen(place): filled_value(reader, field, value)
            for place, field, value in ahead.filled
        }
        # What stands there already is not told again: a form may have a thousand lines.
        filled = {
            name: value
            for name, value in filled.items()
            if typed.get(name, [None])[-1] != value["text"]
        }
    return jsonify({"values": values, "filled": filled, **told})


def _duplicates(
    desk: Desk, entity: EntityModel, record: int | None, raw: Mapping[str, Any]
) -> dict[str, list[dict[str, str]]]:
    """Return, for an entity with rules, the records that look like what is typed."""
    if not entity.duplicates:
        return {}
    draft = typed_draft(desk.records, entity.name, record, raw)
    found = told_duplicates(desk, reader_at(desk), entity, draft.values, draft.stored)
    return {"duplicates": found}


def _offers(
    desk: Desk,
    entity: EntityModel,
    record: int | None,
    typed: Typed,
    raw: Mapping[str, Any],
    asked: str,
) -> ResponseReturnValue:
    """Answer what is suggested for one input, source by source."""
    on_screen = names_on_screen(entity, typed)

    def is_meant(place: str) -> bool:
        return on_screen(place) == asked

    found = offers_at(desk.records, entity.name, record, raw, is_meant)
    reader = titled_reader(desk, reader_at(desk), [(field, each.value) for field, each in found])
    offers = [
        {
            "label": reader.text(each.label) or reader.t("suggest.plain"),
            "shown": cell_of(reader, field, each.value).text,
            **filled_value(reader, field, each.value),
        }
        for field, each in found
    ]
    return jsonify({"offers": offers})
