"""Request bodies: JSON within limits, exact to the last digit, or a refusal in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import orjson
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from cardwright_entities.errors import CardwrightError, LimitError, Message

#: Megabytes that a JSON body may have.
LARGEST_BODY = 8

#: Objects and lists within each other.
DEEPEST_BODY = 32

_MEGABYTE = 1024 * 1024
#: A double keeps 15 digits for sure; longer numbers are read digit by digit.
_LONG_NUMBER = re.compile(rb"[0-9][0-9.]{15}")


def read_object() -> dict[str, Any]:
    """Return the JSON object of the request's body; raise 400, 413 or 415."""
    body = read_body()
    if not isinstance(body, dict):
        raise CardwrightError(Message("not_an_object"))
    return body


def read_body() -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON value of the request's body; raise 400, 413 or 415."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return read_json(read_bytes())


def read_json(text: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the value of a JSON text; numbers that a double cannot keep become Decimals."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CardwrightError(
            Message.of("bad_json", line=error.lineno, column=error.colno)
        ) from error
    _refuse_depth(value)
    if _LONG_NUMBER.search(text):
        # orjson has found it well formed, within its depth, and free of NaN.
        value = json.loads(text.decode(), parse_float=Decimal)
    return value


def read_bytes() -> bytes:
    """Return the request's body as it came; raise 413."""
    too_large = LimitError(Message.of("too_large", megabytes=LARGEST_BODY))
    if (request.content_length or 0) > LARGEST_BODY * _MEGABYTE:
        raise too_large
    request.max_content_length = LARGEST_BODY * _MEGABYTE
    try:
        return request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        raise too_large from error


def _refuse_depth(value: object) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST_BODY):
        if not level:
            return
        level = [inner for outer in level for inner in _parts(outer)]
    if level:
        raise CardwrightError(Message.of("too_deep", max=DEEPEST_BODY))


def _parts(outer: object) -> list[dict[str, Any] | list[Any]]:
    parts = outer.values() if isinstance(outer, dict) else outer
    assert isinstance(parts, Iterable)
    return [each for each in parts if isinstance(each, dict | list)]
