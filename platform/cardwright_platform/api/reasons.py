"""Why values of a record are what they are, as far as the caller may read what they follow from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.reasons import Reason, reasons_of
from cardwright_metadata.expressions.text import write
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.reading import record_json
from cardwright_platform.api.records import RECORD
from cardwright_platform.api.rows import conversion
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_reasons", __name__, url_prefix=BASE)


@pages.get(f"/records/<entity>/{RECORD}/reasons/<field>")
@requires(RECORDS)
@operation(Operation(answer="Reason", action=("read",)))
def show_reason(entity: str, record: int, field: str) -> ResponseReturnValue:
    """Answer why a value is what it is: who set it, or the values that it follows from."""
    read_parameters()
    with reading_desk() as desk:
        record_json(desk, entity, record, fields=("id",))
        (found,) = reasons_of(desk.records, desk.model.entity(entity), record, (field,))
        language = desk.context.language
    return respond(dumps(reason_json(found, language)))


def reason_json(found: Reason, language: str) -> dict[str, Any]:
    """Return a reason as plain JSON; what does not apply is empty."""
    return {
        "field": found.field.name,
        "kind": found.kind,
        "value": _json(found.field, found.value),
        "by": found.by,
        "at": plain_value(found.at),
        "via": found.via,
        "formula": "" if found.formula is None else write(found.formula),
        "source": found.source.in_language(language),
        "inputs": [
            {"path": ".".join(each.path), "value": _json(each.field, each.value)}
            for each in found.inputs
        ],
        "records": [{"entity": each.entity, "id": each.id} for each in found.records],
        "more": found.more,
        "frozen_at": plain_value(found.frozen_at),
    }


def _json(field: FieldModel | None, value: object) -> object:
    convert = conversion(field) if field is not None and value is not None else None
    return convert(value) if convert else plain_value(value)
