"""What would be filled into a record, and every suggestion with where it comes from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.records.previewing import look_ahead, offers_at
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import NEW, Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter
from cardwright_platform.api.rows import conversion
from cardwright_platform.api.saving import split_body
from cardwright_platform.permissions import RECORDS, reading, requires

OFFERS = (Parameter("offers", "A place in a line that offers are told for, lines.0.price."),)

pages = Blueprint("api_suggestions", __name__, url_prefix=BASE)


@pages.post("/records/<entity>/suggestions")
@requires(RECORDS)
@reading
@operation(Operation(answer="Suggestions", action=("create",), body=NEW, parameters=OFFERS))
def show_suggestions(entity: str) -> ResponseReturnValue:
    """Answer what a new record with these values would be filled with; nothing is stored.

    Offers are those of the record's own fields, source by source, and of the asked place in a line.
    """
    place = read_parameters().text("offers")
    values, _ = split_body(read_object())
    with reading_desk() as desk:
        found = find_entity(desk, entity, "create")
        filled: dict[str, Any] = {}
        for at, field, value in look_ahead(desk.records, entity, None, values).filled:
            convert = conversion(field)
            filled[at] = convert(value) if convert and value is not None else value
        offers: dict[str, list[dict[str, Any]]] = {}
        own = [each.name for each in found.suggested]
        for name in dict.fromkeys((*own, *([place] if place else ()))):
            for field, offer in offers_at(desk.records, entity, None, values, name.__eq__):
                convert = conversion(field)
                value = convert(offer.value) if convert else offer.value
                label = offer.label.in_language(desk.context.language, name=offer.source)
                offers.setdefault(name, []).append(
                    {"source": offer.source, "label": label, "value": value}
                )
        return respond(dumps({"filled": filled, "offers": offers}))
