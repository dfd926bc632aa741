"""How deadlines stand right now, for pages and programs: time left is read, never kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cardwright_entities.flows.timing.deadlines import stand_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records


@dataclass(frozen=True)
class Standing:
    """How one deadline of one record stands."""

    state: str
    due: datetime | None
    left: timedelta | None  #: working time; below zero, how much too long it took


def standing_of(
    gate: Records, entity: EntityModel, records: Sequence[int]
) -> Mapping[tuple[int, str], Standing]:
    """Return how deadlines stand, by record and by the field that keeps when each is due.

    It says no more than those fields: ask only for what a reader may read.
    """
    definitions = list(entity.definition.deadlines.values())
    if not definitions or not records:
        return {}
    gate = gate.beyond_rights()
    found: dict[tuple[int, str], Standing] = {}
    for record, stored in gate.loader.records(entity, list(records)).items():
        names = RecordValues(gate.evaluator, entity, stored)
        for each in definitions:
            stands = stand_of(each, names, stored, gate.context.now)
            if stands is not None and stored.get(each.state) is not None:
                left = stands.left(gate.context.now)
                found[record, each.due] = Standing(stands.state, stands.due, left)
    return found
