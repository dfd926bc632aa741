"""The errors of the API as OpenAPI responses, and which of them an operation may answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_platform.api.operations import Operation
from cardwright_platform.api.schema_parts import reference

#: Status → name and meaning.
MEANINGS: Mapping[int, tuple[str, str]] = {
    400: ("BadRequest", "The request cannot be read: JSON, a parameter or a header."),
    401: ("NotSignedIn", "No token, or one that is not good."),
    403: ("Forbidden", "The record may be read, but this may not be done."),
    404: ("NotFound", "Not there, or not for the caller: the two look the same."),
    405: ("MethodNotAllowed", "The address does not take this method."),
    409: ("Conflict", "Changed meanwhile; mine, theirs and base tell how."),
    413: ("TooLarge", "More than is taken or given at once."),
    415: ("UnsupportedMedia", "The body is not of the type that is wanted."),
    422: ("Unprocessable", "Values cannot be taken; every message at once. Nothing was changed."),
    428: ("VersionRequired", "If-Match is missing."),
    429: ("TooMany", "Too many requests; Retry-After tells how long to wait."),
    500: ("Internal", "A mistake of ours; nothing was changed."),
    503: ("Unavailable", "Cannot be done now, or takes too long; Retry-After tells when again."),
}

_WAIT = frozenset({429, 503})


def _response(status: int, meaning: str) -> dict[str, Any]:
    schema = reference("Conflict" if status == 409 else "Error")
    told: dict[str, Any] = {
        "description": meaning,
        "content": {"application/json": {"schema": schema}},
    }
    if status in _WAIT:
        told["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return told


RESPONSES: Mapping[str, dict[str, Any]] = {
    name: _response(status, meaning) for status, (name, meaning) in MEANINGS.items()
}


def errors_of(declared: Operation, method: str) -> dict[str, dict[str, str]]:
    """Return references to the errors that an operation may answer."""
    statuses = {400, 401, 403, 404, 405, 413, 429, 500, 503}
    if method != "get" or declared.parameters:
        statuses.add(422)
    if declared.body or declared.brings_file:
        statuses.add(415)
    if declared.takes_version == "required":
        statuses.add(428)
    if declared.takes_version or declared.conflicts:
        statuses.add(409)
    return {
        str(status): {"$ref": f"#/components/responses/{MEANINGS[status][0]}"}
        for status in sorted(statuses)
    }
