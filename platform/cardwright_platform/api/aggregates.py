"""Groups and measures of records: counts, sums and averages over what the caller may read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.aggregates import MOST_GROUPS, MOST_KEYS, MOST_MEASURES, PERIODS
from cardwright_entities.queries.conditions import read_expression, read_value
from cardwright_entities.queries.measures import FUNCTIONS
from cardwright_entities.queries.requests import Aggregate, AggregateRequest, GroupKey, Measure
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.asking import condition, named_view
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import (
    Anything,
    Body,
    Plain,
    load_body,
    many,
    text,
    whole,
)
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.rows import Convert, conversion, expansion
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import RECORDS, reading, requires

pages = Blueprint("api_aggregates", __name__, url_prefix=BASE)

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,59}")
_PATH = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")

_KEY: Mapping[str, Any] = {
    "oneOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "field": {"type": "string"},
                "by": {"type": "string", "enum": list(PERIODS)},
            },
            "required": ["field"],
            "additionalProperties": False,
        },
    ]
}
_MEASURE: Mapping[str, Any] = {
    "additionalProperties": {
        "type": "object",
        "properties": {function: {"type": ["boolean", "string"]} for function in sorted(FUNCTIONS)},
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    },
    "maxProperties": MOST_MEASURES,
}


class AggregateBody(Body):
    """What to group by, what to measure, and of which records."""

    where = text("A condition as text.")
    filter = Plain("A condition as JSON.", {"minProperties": 1})
    query = text("The name of a query that the entity defines.", most=60)
    search = text("Words to look for.", most=200)
    group_by = many(
        Anything("A field, or a field and a period.", _KEY), "What makes a group.", MOST_KEYS
    )
    measures = Plain('By name, such as {"sum": "amount"} or {"count": true}.', _MEASURE)
    having = text("A condition over the names of measures.")
    sort = many(text("A measure, a minus before one that runs downwards.", most=100), "Order.", 4)
    limit = whole("Groups of the answer.", 1, MOST_GROUPS)
    expand = many(text("A field."), "Links of the keys to show with their titles.", MOST_KEYS)


@pages.post("/records/<entity>/aggregate")
@requires(RECORDS)
@operation(Operation(answer="Aggregate", action=("read",), body=AggregateBody))
@reading
def aggregate_records(entity: str) -> ResponseReturnValue:
    """Group and measure records; changes nothing."""
    read_parameters()
    asked = load_body(AggregateBody(), read_object())
    with reading_desk() as desk:
        answer = desk.aggregate(_request(desk, find_entity(desk, entity), asked))
    write = _key_writer(answer, asked.get("group_by", ()), asked.get("expand", ()))
    told = {
        "groups": [{"key": write(group.key), **_plain(group.values)} for group in answer.groups],
        "totals": _plain(answer.totals),
        "more": answer.cut,
    }
    return respond(dumps(told))


def _request(desk: Desk, entity: EntityModel, asked: Mapping[str, Any]) -> AggregateRequest:
    query = named_view(desk, entity, asked.get("query", ""))
    measures = asked.get("measures") or {"count": {"count": True}}
    return AggregateRequest(
        entity=entity.name,
        where=condition(desk, entity, asked.get("where", ""), asked.get("filter"), query),
        search=asked.get("search", ""),
        group_by=tuple(
            _group_key(place, key) for place, key in enumerate(asked.get("group_by", ()))
        ),
        measures={name: _measure(desk, entity, name, each) for name, each in measures.items()},
        having=read_expression(asked["having"]) if asked.get("having") else None,
        sort=tuple(asked.get("sort", ())),
        limit=asked.get("limit", 1_000),
        titles=bool(asked.get("expand")),
    )


def _group_key(place: int, key: object) -> GroupKey:
    if isinstance(key, str):
        return GroupKey(key)
    if isinstance(key, dict) and set(key) <= {"field", "by"}:
        path, by = key.get("field"), key.get("by", "")
        if isinstance(path, str) and isinstance(by, str):
            return GroupKey(path, by)
    raise InputError({f"group_by.{place}": [Message("bad_group_key")]})


def _measure(desk: Desk, entity: EntityModel, name: str, measure: object) -> Measure:
    if not _NAME.fullmatch(name) or name == "key" or not isinstance(measure, dict):
        raise InputError({f"measures.{name[:60]}": [Message("bad_measure")]})
    for function, of in measure.items():
        if len(measure) > 1 or not (isinstance(of, str) or (of is True and function == "count")):
            break
        if of is True:
            return Measure(function)
        if _PATH.fullmatch(of):
            return Measure(function, path=of)
        return Measure(function, value=read_value(desk.reading, entity.name, of))
    raise InputError({f"measures.{name}": [Message("bad_measure")]})


def _key_writer(
    answer: Aggregate, asked: Sequence[object], expand: Sequence[str]
) -> Callable[[Sequence[object]], list[object]]:
    paths = [each if isinstance(each, str) else None for each in asked]
    for path in expand:
        if path not in paths:
            raise QueryError(Message.of("not_expandable", name=path))
    converts: list[Convert] = []
    for name, found in zip(paths, answer.keys, strict=False):
        if found is None:
            converts.append(plain_value)
        elif name in expand:
            converts.append(expansion(found, answer.titles))
        else:
            converts.append(conversion(found) or plain_value)

    def write(key: Sequence[object]) -> list[object]:
        return [
            None if value is None else convert(value)
            for convert, value in zip(converts, key, strict=True)
        ]

    return write


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: plain_value(value) for name, value in values.items()}
