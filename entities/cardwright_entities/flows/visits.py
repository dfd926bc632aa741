"""Where a record has stood and how long: read from its history, stored nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cardwright_entities.flows.moves import Track
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.history import values_before
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True)
class Visit:
    """A time in one state; ``until`` is empty where the record stands now."""

    state: str
    since: datetime | None
    until: datetime | None = None


def visits_of(
    session: Session, entity: EntityModel, record: int, values: Mapping[str, object], track: Track
) -> tuple[Visit, ...]:
    """Return the states of a record in the order in which it went through them."""
    since = values.get("created_at")
    begin = since if isinstance(since, datetime) else None
    found: list[Visit] = []
    for at, before in values_before(session, entity, record, track.field):
        found.append(Visit(track.state_of(before), begin, at))
        begin = at
    return (*found, Visit(track.state_of(values.get(track.name)), begin))
