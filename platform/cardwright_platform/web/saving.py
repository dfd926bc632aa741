"""Storing what was typed of a record: what only another has changed meanwhile stays his."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_platform.security.numbers import read_number
from cardwright_platform.web.answers import find_entity
from cardwright_platform.web.desks import reader_at
from cardwright_platform.web.posting import given_confirmations
from cardwright_platform.web.presenting.conflicts import find_differences
from cardwright_platform.web.presenting.inputs import Typed


def save_changes(desk: Desk, name: str, record: int, typed: Typed, raw: Mapping[str, Any]) -> Saved:
    """Store changes of a record; raise ConflictError where both changed the same field."""
    number = read_number(typed.get("version", [""])[0]) or None
    options = options_of(typed)
    try:
        return desk.records.update(name, record, raw, number, options)
    except ConflictError as error:
        untouched = _untouched(desk, name, error)
        if untouched is None:
            raise
        kept = {key: value for key, value in raw.items() if key not in untouched}
        newest = int(str(error.details["version"]))
        return desk.records.update(name, record, kept, newest, options)


def options_of(typed: Typed) -> SaveOptions:
    """Return how a form is saved: with what it confirms, and the version that it was opened on."""
    return SaveOptions(
        confirmed=given_confirmations(typed), replace_lines=False, merge=True, needs_version=True
    )


def _untouched(desk: Desk, name: str, error: ConflictError) -> frozenset[str] | None:
    """Return the fields that only the other changed, None where both changed one."""
    found = find_differences(desk, reader_at(desk), find_entity(desk.model, name), error)
    return None if found.fields else found.untouched or None
