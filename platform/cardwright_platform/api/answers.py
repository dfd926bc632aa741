"""What the API answers: JSON, and the same answer again to a request that is sent again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from flask import Response, request

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.idempotency import PLACE, claim_key, keep_answer
from cardwright_platform.api.desks import write_at_desk

BASE = "/api/v1"

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status, what stands in the body, and headers, before it is sent."""

    value: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def respond(self) -> Response:
        """Make the response."""
        return respond(dumps(self.value), self.status, self.headers)


def respond(text: bytes | str, status: int = 200, headers: Mapping[str, str] = {}) -> Response:  # noqa: B006 - never changed
    """Make a response of JSON text."""
    return Response(text, status, dict(headers), mimetype="application/json")


def dumps(value: object) -> bytes:
    """Write JSON; decimals become strings, so that no reader rounds them."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)


def location(path: str) -> str:
    """Return the address of something in the API."""
    return f"{BASE}/{path}"


def answer_write(work: Callable[[Desk], Answer]) -> Response:
    """Do something in one writing transaction and answer what it returns."""
    return write_at_desk(work).respond()


def answer_once(work: Callable[[Desk], Answer], allowed: Callable[[Desk], object]) -> Response:
    """Do something once for each Idempotency-Key; who sends it again gets the same answer.

    ``allowed`` raises for those who may not do it (any more): a kept answer is not for them.
    """
    key = request.headers.get(PLACE)
    if key is None:
        return answer_write(lambda desk: _checked(desk, work, allowed))
    if not _KEY.fullmatch(key):
        raise CardwrightError(Message.of("bad_header", name=PLACE))
    used = _request_hash()

    def once(desk: Desk) -> Response:
        allowed(desk)
        kept = claim_key(desk.session, key, used)
        if kept is not None:
            return respond(kept.answer["text"], kept.status, kept.answer["headers"])
        answer = work(desk)
        text = dumps(answer.value).decode()
        headers = dict(answer.headers)
        keep_answer(desk.session, key, answer.status, {"text": text, "headers": headers})
        return respond(text, answer.status, headers)

    return write_at_desk(once)


def _checked(
    desk: Desk, work: Callable[[Desk], Answer], allowed: Callable[[Desk], object]
) -> Answer:
    allowed(desk)
    return work(desk)


def _request_hash() -> str:
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(asked).hexdigest()


def _plain(value: Any) -> object:  # noqa: ANN401 - orjson hands over what it does not know
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value).__name__} is no JSON value")
