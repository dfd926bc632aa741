"""The values that a field of a record has had, with the moments from which they held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cardwright_entities.errors import Message, NotFoundError, ValueProblem
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.history import values_before
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True)
class Point:
    """A value and since when it held; the first since the record was made."""

    since: datetime | None
    value: object


def series_field(reading: Reading, entity: EntityModel, name: str) -> FieldModel:
    """Return a field with a series; raise NotFoundError alike for missing and hidden ones."""
    field = entity.fields.get(name)
    if field is None or not field.definition.series or name not in reading.readable(entity):
        raise NotFoundError(Message("not_found"))
    return field


def series_of(
    session: Session,
    reading: Reading,
    entity: EntityModel,
    record: int,
    values: Mapping[str, object],
    field: FieldModel,
) -> tuple[Point, ...]:
    """Return the series of a field, oldest first, from the kept history.

    ``values`` are those that the reader found in the record, which he may read.
    """
    made = values.get("created_at")
    since = made if isinstance(made, datetime) else None
    found: list[Point] = []
    for at, before in values_before(session, entity, record, field):
        found.append(Point(since, _parsed(reading, field, before)))
        since = at
    return (*found, Point(since, values.get(field.name)))


def _parsed(reading: Reading, field: FieldModel, raw: object) -> object:
    try:
        return None if raw is None else field.parse(raw, reading.context)
    except ValueProblem:
        return None  # a choice, say, that is no longer one
