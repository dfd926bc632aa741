"""The one JSON shape for errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from cardwright_entities.errors import Message
from cardwright_metadata.definitions.texts import Text
from cardwright_platform.current import current_context, current_instance, has_opening
from cardwright_platform.failures import Failure

_CHECK_TEXT = "text_"


def api_error(failure: Failure) -> Response:
    """Answer a failure as JSON, in the language of the one who asked."""
    body = orjson.dumps({"error": error_json(failure)}, default=str)
    return Response(body, failure.status, failure.headers, mimetype="application/json")


def error_json(failure: Failure) -> dict[str, Any]:
    """Return what is told of a failure, in the language of the one who asked."""
    error: dict[str, Any] = {
        "code": failure.message.code,
        "message": say(failure.message),
        "request_id": failure.request_id,
    }
    if failure.fields:
        error["fields"] = said(failure.fields)
    if failure.confirm:
        error["confirm"] = {name: say(each) for name, each in failure.confirm.items()}
    if failure.problems:
        error["problems"] = list(failure.problems)
    return error | (
        conflict(failure.details) if "changed_by" in failure.details else dict(failure.details)
    )


def say(message: Message) -> str:
    """Return a message in the caller's words; the text of a check speaks for itself."""
    instance = current_instance()
    language = current_context().language if has_opening() else instance.config.language
    own = {
        name.removeprefix(_CHECK_TEXT): text
        for name, text in message.params
        if name.startswith(_CHECK_TEXT)
    }
    if own:
        return Text.of(own).in_language(language)
    return instance.words.say(language, message)


def said(fields: Mapping[str, tuple[Message, ...]]) -> dict[str, list[str]]:
    """Return the messages of fields in the caller's words."""
    return {name: [say(each) for each in messages] for name, messages in fields.items()}


def conflict(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a stale write: mine, theirs and base by field, and who wrote last."""
    fields: Mapping[str, Mapping[str, object]] = details.get("fields", {})
    sides = ("mine", "theirs", "base")
    return {
        "version": details.get("version"),
        **{side: {name: each[side] for name, each in fields.items()} for side in sides},
        "changed_by": details.get("changed_by"),
    }
