"""The keys of an order that exist for its reader."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.lists import SortDefinition


def readable_sort(
    desk: Desk, entity: EntityModel, sort: Iterable[SortDefinition]
) -> tuple[SortDefinition, ...]:
    """Return the keys of a shipped sort that exist for the reader."""
    return tuple(
        each for each in sort if desk.reading.can_read(entity, tuple(each.path.split(".")))
    )
