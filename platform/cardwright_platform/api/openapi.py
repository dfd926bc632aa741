"""OpenAPI 3.1, generated from the routes and the catalog for the rights of who asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_platform.api.answer_schemas import SAVED, SCHEMAS
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.json_schemas import schema_of, value_schema
from cardwright_platform.api.keeping_schemas import KEEPING_SCHEMAS
from cardwright_platform.api.message_schemas import MESSAGE_SCHEMAS
from cardwright_platform.api.openapi_responses import RESPONSES, errors_of
from cardwright_platform.api.operations import (
    CHANGE,
    NEW,
    Operation,
    operation,
    operation_of,
    read_parameters,
)
from cardwright_platform.api.record_bodies import record_body
from cardwright_platform.api.report_schemas import REPORT_SCHEMAS
from cardwright_platform.api.rights import (
    current_reading,
    granted,
    known_entities,
    masked_fields,
    readable_bases,
    readable_fields,
    settable_fields,
)
from cardwright_platform.api.schema_parts import Schema, listed, reference, thing
from cardwright_platform.api.share_schemas import SHARE_SCHEMAS
from cardwright_platform.api.view_schemas import VIEW_SCHEMAS
from cardwright_platform.permissions import SIGNED_IN, permission_of, requires

pages = Blueprint("api_openapi", __name__, url_prefix=BASE)

_PLACE = re.compile(r"<(?:([^:<>]+):)?(\w+)>")
_ENTITY = "<entity>"


@pages.get("/openapi.json")
@requires(SIGNED_IN)
@operation(Operation(answer="OpenApi"))
def show_openapi() -> ResponseReturnValue:
    """Answer this description."""
    read_parameters()
    routes = sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return respond(dumps(describe(current_reading(), routes)))


def describe(reading: Reading, routes: Sequence[Rule]) -> dict[str, Any]:
    """Return the whole document."""
    entities = list(known_entities(reading))
    paths: dict[str, dict[str, Any]] = {}
    for route in _routes(routes):
        for entity in entities if _ENTITY in route.rule else [None]:
            told = route.describe(reading, entity)
            if told is not None:
                paths.setdefault(route.path(entity), {})[route.method] = told
    schemas = dict(_SHARED)
    for entity in entities:
        schemas |= _entity_schemas(reading, entity)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cardwright",
            "version": version("cardwright"),
            "description": "Version 1 only adds. What is told is what the caller may do.",
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "responses": RESPONSES,
        },
    }


@dataclass(frozen=True)
class _Route:
    rule: str
    method: str
    endpoint: str
    declared: Operation
    summary: str
    permission: str

    def path(self, entity: EntityModel | None) -> str:
        """Return the path below the base, with an entity's name in it."""
        rule = self.rule.removeprefix(BASE)
        if entity is not None:
            rule = rule.replace(_ENTITY, entity.name)
        return _PLACE.sub(r"{\2}", rule)

    def describe(self, reading: Reading, entity: EntityModel | None) -> dict[str, Any] | None:
        """Return the operation, None where the caller lacks the right."""
        declared = self.declared
        if entity is not None:
            rights = granted(reading, entity.name)
            if declared.action and not set(declared.action) & set(rights):
                return None
        told: dict[str, Any] = {
            "operationId": self._name(entity),
            "summary": self.summary,
            "tags": [entity.name if entity is not None else "general"],
            "x-permission": self._permission(entity),
            "parameters": [*self._places(), *_parameters(declared)],
            "responses": self._responses(entity),
        }
        body = _body(declared, entity)
        return {**told, "requestBody": body} if body else told

    def _name(self, entity: EntityModel | None) -> str:
        view = self.endpoint.rpartition(".")[2]
        return f"{view}.{entity.name}" if entity is not None else view

    def _permission(self, entity: EntityModel | None) -> dict[str, Any]:
        if entity is None:
            return {"needs": self.permission}
        return {"entity": entity.name, "any_of": list(self.declared.action)}

    def _places(self) -> Iterator[Schema]:
        for kind, name in _PLACE.findall(self.rule.replace(_ENTITY, "")):
            schema: Schema = {"type": "string", "description": "As the GET beside it tells."}
            if kind:
                schema = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
            yield {"name": name, "in": "path", "required": True, "schema": schema}

    def _responses(self, entity: EntityModel | None) -> dict[str, Any]:
        declared = self.declared
        good: dict[str, Any] = {"description": "Done."}
        if declared.answer:
            schema = reference(_answer(declared, entity))
            good["content"] = {"application/json": {"schema": schema}}
        else:
            good["content"] = {"*/*": {}}
        headers = _headers(declared)
        if headers:
            good["headers"] = headers
        if declared.later:
            return {str(declared.status): good, "202": _job(), **errors_of(declared, self.method)}
        return {str(declared.status): good, **errors_of(declared, self.method)}


def _routes(routes: Sequence[Rule]) -> Iterator[_Route]:
    for rule in routes:
        if not rule.rule.startswith(f"{BASE}/"):
            continue
        view = current_app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield _Route(
                rule=rule.rule,
                method=method.lower(),
                endpoint=rule.endpoint,
                declared=operation_of(view),
                summary=(view.__doc__ or "").strip().splitlines()[0],
                permission=permission_of(view),
            )


def _parameters(declared: Operation) -> Iterator[Schema]:
    for each in declared.parameters:
        yield {
            "name": each.name,
            "in": "query",
            **({"required": True} if each.required else {}),
            "description": each.description,
            "schema": dict(each.schema),
        }
    if declared.takes_version:
        yield {
            "name": "If-Match",
            "in": "header",
            "required": declared.takes_version == "required",
            "description": "The version that was seen, as ETag told it.",
            "schema": {"type": "string"},
        }
    if declared.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Whoever sends the same again within 24 hours gets the same answer.",
            "schema": {"type": "string", "maxLength": 200},
        }


def _job() -> Schema:
    """Return the answer of what is done in a job, which one watches."""
    return {
        "description": "It takes longer: the job that does it.",
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": reference("Job")}},
    }


def _headers(declared: Operation) -> Schema:
    headers: Schema = {}
    if declared.tagged:
        headers["ETag"] = {"schema": {"type": "string"}}
    if declared.status in (201, 202):
        headers["Location"] = {"schema": {"type": "string"}}
    return headers


def _body(declared: Operation, entity: EntityModel | None) -> dict[str, Any] | None:
    if declared.brings_file:
        part = {"file": {"type": "string", "contentMediaType": "application/octet-stream"}}
        return {"required": True, "content": {"multipart/form-data": {"schema": thing(part)}}}
    if not declared.body:
        return None
    if isinstance(declared.body, str):
        assert entity is not None
        schema = reference(f"{entity.name}.{declared.body}")
    else:
        schema = schema_of(declared.body())
    return {"required": True, "content": {"application/json": {"schema": schema}}}


#: Of all answers that are no entity's own.
_SHARED = {
    **SCHEMAS,
    **MESSAGE_SCHEMAS,
    **REPORT_SCHEMAS,
    **SHARE_SCHEMAS,
    **KEEPING_SCHEMAS,
    **VIEW_SCHEMAS,
}


def _answer(declared: Operation, entity: EntityModel | None) -> str:
    if entity is None or declared.answer in _SHARED:
        return declared.answer
    return entity.name if declared.answer == "record" else f"{entity.name}.{declared.answer}"


def _entity_schemas(reading: Reading, entity: EntityModel) -> dict[str, Schema]:
    settable = settable_fields(reading, entity)
    readable = readable_fields(reading, entity)
    masked = masked_fields(reading, entity)
    record = thing(
        {
            name: listed(reference(field.targets[0]))
            if field.type.relation == "lines"
            else value_schema(field, settable=name in settable)
            for name, field in {**readable, **masked}.items()
        },
        required=False,
    )
    record["properties"] |= {**_base_schemas(reading, entity, readable), **SAVED}
    body = schema_of(record_body(reading, entity))
    required = [
        name
        for name, field in settable.items()
        if field.definition.required is True and field.definition.default is None
    ]
    page = {
        "items": listed(reference(entity.name)),
        "next": {"type": ["string", "null"]},
        "count": {"oneOf": [reference("Count"), {"type": "null"}]},
        "totals": {"type": "object"},
    }
    return {
        entity.name: record,
        f"{entity.name}.page": thing(page),
        f"{entity.name}.{NEW}": {**body, "required": required} if required else body,
        f"{entity.name}.{CHANGE}": body,
    }


def _base_schemas(
    reading: Reading, entity: EntityModel, readable: Mapping[str, FieldModel]
) -> dict[str, Schema]:
    """Return the schemas of what amounts are worth, told beside them and never taken."""
    return {
        base: {
            **readable[name].type.json_schema(readable[name].definition),
            "description": f"What {name} is worth in the base currency.",
            "readOnly": True,
        }
        for name, base in readable_bases(reading, entity).items()
        if name in readable
    }
