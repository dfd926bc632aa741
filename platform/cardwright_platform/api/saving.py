"""What a write was asked with and what it did, beside the record itself.

Keys of a body that begin with ``$`` are said of the save: ``$confirmed`` maps checks to the reason
given. Answers tell ``$change_set``, by which the save can be undone, and ``$warnings``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import request

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.records.gate import Saved
from cardwright_platform.api.errors import say
from cardwright_platform.api.reading import record_json

CONFIRMED = "$confirmed"
CHANGE_SET = "$change_set"
WARNINGS = "$warnings"


def split_body(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the record's values and the confirmations of a body; raise InputError."""
    values = dict(body)
    given = values.pop(CONFIRMED, {})
    if not isinstance(given, dict):
        raise InputError({CONFIRMED: [Message("not_an_object")]})
    check_confirmed(CONFIRMED, given)
    return values, given


def check_confirmed(place: str, given: Mapping[str, Any]) -> None:
    """Raise InputError unless every confirmed check has a reason that is a text."""
    for name, reason in given.items():
        if not isinstance(reason, str) or len(reason) > 1_000:
            raise InputError({f"{place}.{name}": [Message("not_a_text")]})


def saved_json(desk: Desk, entity: str, saved: Saved) -> dict[str, Any]:
    """Return what a save answers: the record as its writer may read it now."""
    shown: dict[str, Any] = {"id": saved.id, "version": saved.version}
    if "return=minimal" not in request.headers.get("Prefer", ""):
        # Some may write what they may not read.
        with suppress(NotFoundError):
            shown = record_json(desk, entity, saved.id)
    return {**shown, **outcome(saved)}


def outcome(saved: Saved) -> dict[str, Any]:
    """Return what a save tells beside the record."""
    told: dict[str, Any] = {CHANGE_SET: saved.change_set}
    if saved.warnings:
        told[WARNINGS] = {name: say(each) for name, each in saved.warnings.items()}
    return told
