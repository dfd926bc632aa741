"""An exception -> what is answered: status, words, headers; logged when nobody foresaw it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from cardwright_entities.errors import (
    AuthenticationError,
    CardwrightError,
    ConflictError,
    InputError,
    LimitError,
    Message,
    QueryError,
)
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_instance, current_request_id
from cardwright_platform.statuses import status_of

_LOG = logging.getLogger("cardwright")
_CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media",
    428: "version_required",
}


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What went wrong with a request, ready to be said in any language and shape."""

    status: int
    message: Message
    request_id: str
    fields: Mapping[str, tuple[Message, ...]] = field(default_factory=dict)
    confirm: Mapping[str, Message] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def explain(error: Exception) -> Failure:
    """Turn an exception into a Failure; log it with its traceback if it is a mistake of ours."""
    number = current_request_id()
    if isinstance(error, CardwrightError):
        return _foreseen(error, number)
    if isinstance(error, MetadataError):
        problems = tuple(str(problem) for problem in error.problems)
        message = Message("wrong_definitions")
        return Failure(status=422, message=message, request_id=number, problems=problems)
    if isinstance(error, HTTPException):
        return _of_http(error, number)
    _LOG.error("request %s failed", number, exc_info=error)
    return Failure(status=500, message=Message("internal"), request_id=number)


def _foreseen(error: CardwrightError, number: str) -> Failure:
    headers: dict[str, str] = {}
    details: Mapping[str, object] = {}
    fields: Mapping[str, tuple[Message, ...]] = {}
    confirm: Mapping[str, Message] = {}
    if isinstance(error, LimitError) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, AuthenticationError):
        headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, InputError):
        fields, confirm = error.fields, error.confirm
    elif isinstance(error, ConflictError):
        details = error.details
    elif isinstance(error, QueryError):
        details = {"at": error.at}
    status = status_of(error)
    if status == 503:
        headers["Retry-After"] = "5"
    return Failure(
        status=status,
        message=error.message,
        request_id=number,
        fields=fields,
        confirm=confirm,
        details=details,
        headers=headers,
    )


def _of_http(error: HTTPException, number: str) -> Failure:
    status = error.code or 500
    headers: dict[str, str] = {}
    message = Message(_CODES.get(status, "bad_request" if status < 500 else "internal"))
    if isinstance(error, RequestEntityTooLarge):
        message = Message.of("too_large", megabytes=current_instance().config.upload_megabytes)
    elif isinstance(error, SecurityError):
        message = Message("untrusted_host")
    valid = getattr(error, "valid_methods", None)
    if valid:
        headers["Allow"] = ", ".join(sorted(valid))
    return Failure(status=status, message=message, request_id=number, headers=headers)
