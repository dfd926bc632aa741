"""What a request asks for → what the engine takes: fields, conditions, order, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.saved_views.resolving import View, view_of
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Binary, Node
from cardwright_platform.api.bodies import read_json
from cardwright_platform.api.desks import find_entity
from cardwright_platform.api.parameters import Parameter, Parameters, bad_parameter

COUNTS = ("none", "capped", "exact")
TOTALS = ("sum", "average", "min", "max", "count")

#: Fields of one answer at most.
MOST_FIELDS = 200

FIELDS = Parameter(
    "fields", "Names of fields, or paths over links, with commas between; all by default."
)
EXPAND = Parameter("expand", "Links to show as objects with id and title, with commas between.")
DELETED = Parameter("deleted", "Read the recycle bin.", {"type": "boolean", "default": False})
CONDITIONS = (
    Parameter("where", "A condition as text, such as staff > 10 and area.name = 'North'."),
    Parameter("filter", 'A condition as JSON, such as {"field": "staff", "op": ">", "value": 1}.'),
    Parameter("query", "The name of a query that the entity defines, or the id of a view."),
    Parameter("search", "Words to look for in the searched fields."),
)
LISTING = (
    FIELDS,
    EXPAND,
    *CONDITIONS,
    Parameter("sort", "Fields with commas between, a minus before one that runs downwards."),
    Parameter(
        "limit",
        "Records of one answer.",
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    ),
    Parameter("cursor", "Where to go on: next of the answer before."),
    Parameter("offset", "How many records to skip.", {"type": "integer", "minimum": 0}),
    Parameter(
        "count",
        "Whether to count: not at all, up to 1,000, or exactly.",
        {"type": "string", "enum": list(COUNTS), "default": "capped"},
    ),
    Parameter(
        "totals",
        "Fields to add up, with commas between; another function stands behind a colon: "
        "amount,price:average.",
    ),
    DELETED,
)


def page_request(desk: Desk, entity: EntityModel, asked: Parameters) -> PageRequest:
    """Return the page that the query parameters ask for; raise QueryError, CardwrightError."""
    query = named_view(desk, entity, asked.text("query"))
    limit = asked.number("limit", 50)
    if limit < 1:
        raise bad_parameter("limit")
    if asked.text("cursor") and asked.text("offset"):
        raise bad_parameter("offset")
    deleted = asked.flag("deleted")
    if deleted:
        find_entity(desk, entity.name, "delete")
    return PageRequest(
        entity=entity.name,
        columns=wanted_fields(desk, entity, asked.names("fields"), deleted=deleted),
        where=condition(
            desk, entity, asked.text("where"), read_filter(asked.text("filter")), query
        ),
        search=asked.text("search"),
        # A search that says no order answers the best first.
        sort=sort_of(asked.names("sort"))
        or (() if asked.text("search") else default_sort(desk, entity, query)),
        limit=limit,
        after=asked.text("cursor"),
        offset=asked.number("offset", 0),
        count=asked.choice("count", COUNTS, "capped"),
        totals=totals_of(asked.names("totals")),
        deleted=deleted,
        titles=False,
    )


def wanted_fields(
    desk: Desk,
    entity: EntityModel,
    names: Sequence[str],
    *,
    deleted: bool = False,
    lines: bool = False,
) -> tuple[str, ...]:
    """Return the paths to read: those asked for, else all fields that are shown."""
    if not names:
        names = [
            name
            for name, field in desk.reading.shown(entity).items()
            if (lines or field.type.relation != "lines") and (deleted or name != "deleted_at")
        ]
    elif len(names) > MOST_FIELDS:
        raise QueryError(Message.of("too_many", max=MOST_FIELDS))
    return tuple(dict.fromkeys(("id", "version", *names)))


def refuse_unknown(entity: EntityModel, unknown: Sequence[str]) -> None:
    """Raise QueryError for the first field that does not exist for the reader."""
    for name in unknown:
        raise QueryError(Message.of("unknown_field", name=name[:200], entity=entity.name))


def condition(
    desk: Desk,
    entity: EntityModel,
    text: str = "",
    filter_: Mapping[str, Any] | None = None,
    view: View | None = None,
) -> Node | None:
    """Return the condition of a text, a JSON filter and a view together."""
    parts = [desk.condition(entity.name, text, filter_)]
    if view is not None:
        parts.append(view.where)
    known = [part for part in parts if part is not None]
    return reduce(lambda left, right: Binary("and", left, right), known) if known else None


def read_filter(text: str) -> Mapping[str, Any] | None:
    """Return the JSON filter of a query parameter; raise CardwrightError."""
    if not text:
        return None
    found = read_json(text.encode())
    if not isinstance(found, dict) or not found:
        # Nothing said is not everything wanted.
        raise bad_parameter("filter")
    return found


def named_view(desk: Desk, entity: EntityModel, key: str) -> View | None:
    """Return a view of an entity by its key, None without one.

    Raise QueryError for an unknown one, and for one that cannot be asked.
    """
    if not key:
        return None
    found = view_of(desk.session, desk.reading, entity, key)
    if found is None:
        raise QueryError(Message.of("unknown_query", name=key[:60]))
    if found.problem is not None:
        raise found.problem
    return found


def sort_of(names: Sequence[str]) -> tuple[SortDefinition, ...]:
    """Return the sort keys that names with a minus or without stand for."""
    return tuple(
        SortDefinition(path=name.removeprefix("-"), descending=name.startswith("-"))
        for name in names
    )


def default_sort(
    desk: Desk, entity: EntityModel, view: View | None = None
) -> tuple[SortDefinition, ...]:
    """Return the shipped order as far as the reader may know its fields."""
    shipped = (view.sort if view is not None else ()) or entity.definition.list.sort
    return tuple(
        each for each in shipped if desk.reading.can_read(entity, tuple(each.path.split(".")))
    )


def totals_of(names: Sequence[str]) -> dict[str, str]:
    """Return functions by path; raise CardwrightError for an unknown function."""
    totals: dict[str, str] = {}
    for name in names:
        path, _, function = name.partition(":")
        if (function or "sum") not in TOTALS:
            raise bad_parameter("totals")
        totals[path] = function or "sum"
    return totals
