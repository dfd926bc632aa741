"""Requests made up of the API's own description, and answers held to it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

#: What every answer is held to, whatever was asked.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: So many requests as described and so many that break the description, of each operation.
EXAMPLES = int(os.environ.get("CARDWRIGHT_DESCRIBED", "4"))
SEED = int(os.environ.get("CARDWRIGHT_SEED", "20261123"))

#: What is there among all the texts that may be sent; numbers are kept small, where records are.
NAMES: dict[str, tuple[object, ...]] = {
    "If-Match": ('"1"', '"2"', '"99"'),
    "action": ("finish", "copy", "claim"),
    "conversion": ("task_to_outcome",),
    "rule": ("count_all", "announce"),
    "field": ("name", "thing", "total", "stage"),
    "name": ("sheet", "tasks"),
    "fields": ("name", "id,name", "stage"),
    "expand": ("thing", "firm", "owner"),
    "sort": ("name", "-id", "-name,id"),
    "totals": ("times", "staff", "total"),
    "search": ("n1", "Acme"),
    "q": ("n1", "Acme"),
    "where": ("name contains 'a'", "id > 1", "name = ", "a is b"),
    "filter": ('{"field": "name", "op": "=", "value": "n1"}', '{"all": []}', '{"all": 1}'),
    "entities": ("task", "firm,task"),
}
#: The last number of which there may be a record.
_LAST = 4
_ENTITY_PATHS = ("/records/", "/history/", "/catalog/", "/duplicates/")

Operation = APIOperation[Any, Any, Any, Any]


@dataclass
class Told:
    """What came of the requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    done: set[str] = field(default_factory=set)  #: operations that were done at least once
    asked: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def ask_all(
    app: Flask, token: str, entities: frozenset[str], known: dict[str, tuple[object, ...]]
) -> Told:
    """Send to every operation of a token, on some entities, what its description makes up."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    answer = app.test_client().get("/api/v1/openapi.json", headers=headers)
    schema = schemathesis.openapi.from_dict(aimed(answer.get_json(), entities, NAMES | known))
    schema.app = app
    told = Told()
    for place, found in enumerate(schema.get_all_operations()):
        operation = found.ok()
        _ask(operation, GenerationMode.POSITIVE, headers, told, SEED + place)
        if operation.body or operation.query:  # else there is nothing to break
            _ask(operation, GenerationMode.NEGATIVE, headers, told, SEED + place)
    return told


def aimed(
    document: Mapping[str, Any],
    entities: frozenset[str],
    names: Mapping[str, tuple[object, ...]],
) -> dict[str, Any]:
    """Return the description with what is asked for narrowed to what is there, answers as told."""
    made = deepcopy(dict(document))
    made["paths"] = {
        path: told for path, told in made["paths"].items() if _entity(path) in {"", *entities}
    }
    for told in made["paths"].values():
        for each in told.values():
            for parameter in each["parameters"]:
                known = names.get(parameter["name"])
                parameter["schema"] = {"enum": list(known)} if known else parameter["schema"]
            _keep_small([each["parameters"], each.get("requestBody", {})])
    for name, schema in made["components"]["schemas"].items():
        if name.endswith((".new", ".change")):
            _keep_small(schema)
    return made


def _entity(path: str) -> str:
    begun = next((each for each in _ENTITY_PATHS if path.startswith(each)), "")
    return path.removeprefix(begun).partition("/")[0] if begun else ""


def _keep_small(schema: object) -> None:
    if isinstance(schema, dict):
        kinds = schema.get("type", ())
        is_number = "integer" in (kinds if isinstance(kinds, list) else [kinds])
        if is_number and schema.get("minimum") == 1 and schema.get("maximum", 2**53) > 1000:
            schema["maximum"] = _LAST
        for each in schema.values():
            _keep_small(each)
    elif isinstance(schema, list):
        for each in schema:
            _keep_small(each)


def _ask(
    operation: Operation,
    mode: GenerationMode,
    headers: Mapping[str, str],
    told: Told,
    seed: int,
) -> None:
    told.asked.add(operation.label)

    @hypothesis.seed(seed)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers=dict(headers))
        told.statuses[answer.status_code] += 1
        if answer.status_code < 300:
            told.done.add(operation.label)
        try:
            case.validate_response(answer, checks=CHECKS, headers=dict(headers))
        except* Failure as failures:
            told.wrong += [
                f"{operation.label}: {each}\n{case.as_curl_command()}" for each in _single(failures)
            ]

    send()


def _single(failures: BaseExceptionGroup[Failure]) -> Iterator[str]:
    for each in failures.exceptions:
        if isinstance(each, FailureGroup | BaseExceptionGroup):
            yield from _single(each)
        else:
            yield str(each)
