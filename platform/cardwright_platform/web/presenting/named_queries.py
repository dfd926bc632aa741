"""The named queries of an entity that this reader may ask: none that reads what he may not."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.lists import QueryDefinition, SortDefinition
from cardwright_metadata.expressions.tree import Node


def named_queries(
    desk: Desk, entity: EntityModel
) -> dict[str, tuple[QueryDefinition, Node | None]]:
    """Return the queries by name with their conditions ready to be asked."""
    found: dict[str, tuple[QueryDefinition, Node | None]] = {}
    for name, query in entity.definition.queries.items():
        try:
            found[name] = (query, desk.typed(entity.name, query.where))
        except QueryError:
            continue  # a condition over a field that does not exist for this reader
    return found


def readable_sort(
    desk: Desk, entity: EntityModel, sort: Iterable[SortDefinition]
) -> tuple[SortDefinition, ...]:
    """Return the keys of a shipped sort that exist for the reader."""
    return tuple(
        each for each in sort if desk.reading.can_read(entity, tuple(each.path.split(".")))
    )
