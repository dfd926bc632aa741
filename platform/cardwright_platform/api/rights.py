"""What the caller may know and do, without asking the database: of entities and their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardwright_entities.model.currencies import base_names
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.parsing import is_typed
from cardwright_platform.current import current_instance, current_opening

#: Rights on an entity in the order they are told.
ACTIONS = ("read", "create", "edit", "delete", "export", "import", "assign", "share", "merge")


def current_reading() -> Reading:
    """Return what a read of this request would go by."""
    opening = current_opening()
    dialect = current_instance().store.dialect
    return Reading(opening.model, opening.policy, opening.context, dialect)


def granted(reading: Reading, entity: str) -> tuple[str, ...]:
    """Return the rights that the caller has on records of an entity."""
    may, principal = reading.policy.may, reading.context.principal
    head = reading.model.catalog.entity(reading.model.catalog.entity(entity).owner or entity)
    offered = (each for each in ACTIONS if each != "import" or "import" in head.features)
    return tuple(each for each in offered if may(principal, entity, each))


def limited(reading: Reading, entity: str) -> tuple[str, ...]:
    """Return those rights that the caller has on some records of an entity only."""
    return tuple(
        each for each in granted(reading, entity) if reading.rows(entity, each) is not True
    )


def known_entities(reading: Reading) -> Iterator[EntityModel]:
    """Yield the entities on which the caller has any right, in their order."""
    for definition in reading.model.catalog.entities.values():
        if not definition.retired and granted(reading, definition.name):
            yield reading.model.entity(definition.name)


def readable_fields(reading: Reading, entity: EntityModel) -> dict[str, FieldModel]:
    """Return the fields that exist for the caller as a reader."""
    if "read" not in granted(reading, entity.name):
        return {}
    readable = reading.readable(entity)
    return {name: field for name, field in entity.fields.items() if name in readable}


def masked_fields(reading: Reading, entity: EntityModel) -> Mapping[str, FieldModel]:
    """Return the fields of which the caller sees a part, as he sees them."""
    return reading.masked(entity) if "read" in granted(reading, entity.name) else {}


def readable_bases(reading: Reading, entity: EntityModel) -> dict[str, str]:
    """Return the names of what the amounts that the caller may read are worth, by field."""
    readable = reading.readable(entity)
    names = base_names(reading.model, entity)
    return {name: base for name, base in names.items() if name in readable}


def settable_fields(reading: Reading, entity: EntityModel) -> dict[str, FieldModel]:
    """Return the fields that the caller may set."""
    writable = reading.policy.fields(reading.context.principal, entity.name, "write")
    return {
        name: field for name, field in entity.fields.items() if name in writable and is_typed(field)
    }
