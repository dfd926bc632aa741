"""One search over everything that the caller may read."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, bad_parameter
from cardwright_platform.current import current_context
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_search", __name__, url_prefix=BASE)

MOST_HITS = 20

SEARCHING = (
    Parameter("q", "Words to look for.", required=True),
    Parameter("entities", "Where to look, with commas between; everywhere by default."),
    Parameter(
        "limit",
        "Records of each entity.",
        {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": 5},
    ),
)


@pages.get("/search")
@requires(RECORDS)
@operation(Operation(answer="Hits", parameters=SEARCHING))
def search_records() -> ResponseReturnValue:
    """Answer what a search finds, entity by entity."""
    asked = read_parameters()
    words, limit = asked.text("q").strip(), asked.number("limit", 5)
    if not words:
        raise bad_parameter("q")
    if not 1 <= limit <= MOST_HITS:
        raise bad_parameter("limit")
    with reading_desk() as desk:
        names = asked.names("entities")
        entities = [find_entity(desk, name) for name in names] if names else _searched(desk)
        groups = [_group(desk, entity, words, limit) for entity in entities]
    return respond(dumps({"groups": [group for group in groups if group["items"]]}))


def _searched(desk: Desk) -> list[EntityModel]:
    principal = desk.context.principal
    return [
        desk.model.entity(definition.name)
        for definition in desk.model.catalog.entities.values()
        if definition.search
        and not definition.owner
        and not definition.retired
        and desk.policy.may(principal, definition.name, "read")
    ]


def _group(desk: Desk, entity: EntityModel, words: str, limit: int) -> dict[str, object]:
    title = desk.reading.shown(entity).get(entity.definition.title)
    shown = (title.name,) if title is not None else ()
    page = desk.page(
        PageRequest(
            entity=entity.name,
            columns=shown,
            search=words,
            limit=limit,
            count="none",
            titles=False,
            masked=True,
        )
    )
    label = entity.definition.label.in_language(current_context().language, name=entity.name)
    return {
        "entity": entity.name,
        "label": label,
        "items": [
            {"id": row.id, "title": _title(title, row.values.get(shown[0]) if shown else None)}
            for row in page.rows
        ],
        "more": page.next is not None,
    }


def _title(title: FieldModel | None, value: object) -> str:
    if value is None or title is None:
        return ""
    return title.type.search_text(value, title.definition)
