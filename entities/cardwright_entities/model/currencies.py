"""In which currency the amounts of a record are: by its own link, or that of its head."""

from __future__ import annotations

from typing import Protocol

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.currencies import CURRENCY, RATE, RATE_DATE


class Entities(Protocol):
    """What is asked of a model."""

    catalog: Catalog

    def entity(self, name: str) -> EntityModel:
        """Return an entity ready for work."""
        ...


def currency_link(model: Entities, entity: EntityModel) -> FieldModel | None:
    """Return an entity's own link to a currency; one called ``currency`` goes before others."""
    player = model.catalog.player(CURRENCY)
    if player is None:
        return None
    links = [
        each
        for each in entity.fields.values()
        if each.targets == (player.name,)
        and each.type.relation == "one"
        and not each.definition.system
    ]
    named = (each for each in links if each.name == CURRENCY)
    return next(named, links[0] if links else None)


def base_names(model: Entities, entity: EntityModel) -> dict[str, str]:
    """Return the names of what amounts are worth, by field: ``price_base`` beside ``price``.

    None where records have no currency of their own: there an amount is worth itself.
    """
    if not is_in_currency(model, entity):
        return {}
    kept = bool(way_to_rate(model, entity))
    return {
        name: f"{name}_base"
        for name, found in entity.fields.items()
        if found.base_column is not None or (found.is_amount and not found.columns and kept)
    }


def way_to_rate(model: Entities, entity: EntityModel) -> tuple[str, ...] | None:
    """Return the path to the link to a currency beside which a rate is kept.

    Empty where amounts are worth themselves; None where nobody keeps the rate of a record.
    """
    heads = rated_by(model, entity)
    own = currency_link(model, heads[-1]) if heads else None
    if own is None:
        return ()
    return (*("head" for _ in heads[1:]), own.name) if keeps_rate(heads[-1]) else None


def rated_by(model: Entities, entity: EntityModel) -> tuple[EntityModel, ...]:
    """Return an entity and its heads up to the one that has a currency; nothing if none has."""
    heads = [entity]
    while currency_link(model, heads[-1]) is None:
        if not heads[-1].definition.owner:
            return ()
        heads.append(model.entity(heads[-1].definition.owner))
    return tuple(heads)


def rate_fields(model: Entities, entity: EntityModel) -> tuple[str, ...]:
    """Return the fields of an entity with a currency from which its rate follows."""
    own = currency_link(model, entity)
    kept = tuple(each for each in (RATE, RATE_DATE) if each in entity.fields)
    return () if own is None else (own.name, *kept)


def keeps_rate(entity: EntityModel) -> bool:
    """Tell whether the records of an entity keep the rate of their currency."""
    kept = entity.fields.get(RATE)
    return kept is not None and bool(kept.columns) and kept.value_type.kind == "decimal"


def is_in_currency(model: Entities, entity: EntityModel) -> bool:
    """Tell whether records have a currency, their own or that of their head."""
    if currency_link(model, entity) is not None:
        return True
    head = entity.definition.owner
    return bool(head) and is_in_currency(model, model.entity(head))
