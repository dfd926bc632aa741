"""Parts of deadlines and recurrences → their definitions."""

from __future__ import annotations

import re
from dataclasses import replace

from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.timing import (
    DeadlineDefinition,
    LengthDefinition,
    RecurrenceDefinition,
)
from cardwright_metadata.expressions.tree import Expression
from cardwright_metadata.parts import Parse, Part, in_order, read_text

#: Units in which ``every`` counts: key → unit.
COUNTED = {"days": "day", "weeks": "week", "months": "month", "years": "year"}

_LENGTH = re.compile(r"([0-9]{1,4}) (minute|hour|day|week|month|year)s?")


def read_length(text: str) -> LengthDefinition | None:
    """Return a length that is written out, such as 8 hours; None for anything else."""
    found = _LENGTH.fullmatch(text.strip())
    return LengthDefinition(number=int(found[1]), unit=found[2]) if found else None


def with_timing(entity: EntityDefinition, part: Part, parse: Parse) -> EntityDefinition:
    """Return an entity with the deadlines and recurrences of its part."""
    if not part.get("deadlines") and not part.get("recurrence"):
        return entity
    return replace(
        entity,
        deadlines=_read_deadlines(part.get("deadlines"), parse),
        recurrences=_read_recurrences(part.get("recurrence"), parse),
    )


def _read_deadlines(part: Part | None, parse: Parse) -> dict[str, DeadlineDefinition]:
    return {
        name: DeadlineDefinition(
            name=name,
            label=read_text(each.get("label")),
            start=parse(each["from"]),
            within=read_length(each["within"]) or parse(each["within"]),
            until=parse(each["until"]),
            calendar=_optional(each.get("calendar"), parse),
            pause=_optional(each.get("pause"), parse),
        )
        for name, each in in_order(part)
        if not each.get("retired")
    }


def _read_recurrences(part: Part | None, parse: Parse) -> dict[str, RecurrenceDefinition]:
    return {
        name: _read_recurrence(name, each, parse)
        for name, each in in_order(part)
        if not each.get("retired")
    }


def _read_recurrence(name: str, part: Part, parse: Parse) -> RecurrenceDefinition:
    ((key, every),) = part["every"].items()
    by = "create" if "create" in part else "convert"
    ((made, values),) = part[by].items()
    ahead = read_length(part.get("ahead", "0 days"))
    assert ahead is not None  # so says its schema
    return RecurrenceDefinition(
        name=name,
        label=read_text(part.get("label")),
        every=read_length(str(every)) or parse(str(every)),
        unit=COUNTED.get(key, ""),
        between=tuple(part["between"]),
        ahead=ahead,
        entity=made if by == "create" else "",
        conversion=made if by == "convert" else "",
        take={lines: parse(str(each)) for lines, each in (part.get("take") or {}).items()},
        values={field: parse(str(each)) for field, each in values.items()},
        day=part.get("day", ""),
        skip=_optional(part.get("skip"), parse),
    )


def _optional(text: str | None, parse: Parse) -> Expression | None:
    return None if text is None else parse(text)
