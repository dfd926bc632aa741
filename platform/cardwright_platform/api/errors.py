"""The one JSON shape for errors."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from cardwright_platform.current import current_context, current_instance, has_opening
from cardwright_platform.failures import Failure


def api_error(failure: Failure) -> Response:
    """Answer a failure as JSON, in the language of the one who asked."""
    instance = current_instance()
    language = current_context().language if has_opening() else instance.config.language
    say = instance.words.say
    error: dict[str, Any] = {
        "code": failure.message.code,
        "message": say(language, failure.message),
        "request_id": failure.request_id,
    }
    if failure.fields:
        error["fields"] = {
            name: [say(language, each) for each in messages]
            for name, messages in failure.fields.items()
        }
    if failure.confirm:
        error["confirm"] = {name: say(language, each) for name, each in failure.confirm.items()}
    if failure.problems:
        error["problems"] = list(failure.problems)
    error |= failure.details
    body = orjson.dumps({"error": error}, default=str)
    return Response(body, failure.status, failure.headers, mimetype="application/json")
