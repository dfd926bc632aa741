"""Whether the currency that an entity was given says anything: most companies have but one.

This is about fields that no layout places; what one places is always shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_metadata.currencies import CURRENCY, CURRENCY_FIELDS


def silent_fields(entity: EntityModel, values: Mapping[str, object]) -> frozenset[str]:
    """Return the fields of a currency where a record has none: its amounts are in the base."""
    given = CURRENCY in entity.definition.features
    if not given or any(values.get(name) is not None for name in CURRENCY_FIELDS):
        return frozenset()
    return frozenset(CURRENCY_FIELDS)


def unasked_fields(desk: Desk, entity: EntityModel, values: Mapping[str, object]) -> frozenset[str]:
    """Return the fields of a currency that nobody needs: no rate is there for the writer."""
    silent = silent_fields(entity, values)
    return frozenset() if silent and _has_rates(desk) else silent


def _has_rates(desk: Desk) -> bool:
    catalog = desk.model.catalog
    player, rates = catalog.player("currency"), catalog.part("currency", "rates")
    if player is None or rates is None:
        return False
    line = desk.model.lines_of(desk.model.entity(player.name), rates)
    try:
        return bool(desk.page(PageRequest(entity=line.name, columns=(), limit=1)).rows)
    except CardwrightError:  # not even to be looked at
        return False
