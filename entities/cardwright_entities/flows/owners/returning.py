"""When a record goes back into the pool by itself, and why: one line for its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cardwright_entities.flows.owners.pools import Pool
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.pools import RETURNS_ON, SETTING_IN_WORDS
from cardwright_metadata.definitions.texts import Text


@dataclass(frozen=True)
class Return:
    """The day of a return, never before today, and the reason in words."""

    day: date
    reason: Text


def return_of(
    gate: Records, entity: EntityModel, record: int, shown: Mapping[str, object]
) -> Return | None:
    """Return when and why a record goes back, None while that is not to be said.

    ``shown`` are the values that the reader may see: without the day he is told nothing.
    """
    pool, day = Pool.of(gate, entity), shown.get(RETURNS_ON)
    if pool is None or not isinstance(day, date):
        return None
    stored = gate.loader.record(entity, record)
    if stored is None:
        return None
    today = gate.context.now.astimezone(gate.context.zone).date()
    warn = pool.number(pool.definition.warn, stored)
    if warn is not None and day > today + timedelta(days=warn):
        return None
    names, evaluator = RecordValues(gate.evaluator.computing, entity, stored), gate.evaluator
    found = []
    for each in pool.definition.returns.values():
        if each.condition is None or evaluator.computing.holds(each.condition, names):
            reached = evaluator.computing.value(each.day, names)
            if isinstance(reached, date):
                found.append((reached, each.label))
    if not found:
        return None
    label = min(found, key=lambda each: each[0])[1]
    return Return(max(day, today), _with_settings(label, gate.settings))


def _with_settings(text: Text, settings: Mapping[str, object]) -> Text:
    """Put the values of settings where the words name them."""
    return Text(
        tuple(
            (language, SETTING_IN_WORDS.sub(lambda found: str(settings.get(found[1], "")), words))
            for language, words in text.words
        )
    )
