"""In which currency the amounts of a record are: by its own link, or that of its head."""

from __future__ import annotations

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_metadata.currencies import CURRENCY


def currency_link(model: Model, entity: EntityModel) -> FieldModel | None:
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


def base_names(model: Model, entity: EntityModel) -> dict[str, str]:
    """Return the names of what amounts are worth, by field: ``price_base`` beside ``price``.

    None where records have no currency of their own: there an amount is worth itself.
    """
    if not is_in_currency(model, entity):
        return {}
    return {
        name: f"{name}_base"
        for name, found in entity.fields.items()
        if found.base_column is not None
    }


def is_in_currency(model: Model, entity: EntityModel) -> bool:
    """Tell whether records have a currency, their own or that of their head."""
    if currency_link(model, entity) is not None:
        return True
    head = entity.definition.owner
    return bool(head) and is_in_currency(model, model.entity(head))
