"""The field types of one installation: built-in ones and those of its plugins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.field_types.base import FieldType
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.type_catalogue import TypeCatalogue, TypeDescription


class FieldTypes:
    """All field types by name, each one made once."""

    def __init__(self, types: Iterable[type[FieldType]]) -> None:
        made: dict[str, FieldType] = {}
        seen = MappingProxyType(made)
        for each in types:
            if each.name in made:
                raise CardwrightError(Message.of("type_twice", name=each.name))
            made[each.name] = each(seen)
        self._types = seen

    def of(self, field: FieldDefinition) -> FieldType:
        """Return the type of a field, with the face of what it returns if it is computed.

        Raise KeyError for a type that neither the product nor a plugin brings.
        """
        return self._types[field.type].for_field(field)

    def named(self, name: str) -> FieldType:
        """Return a type by its name; raise KeyError for one that nobody brings."""
        return self._types[name]

    def names(self) -> Sequence[str]:
        """Return the names that may stand after ``type:``, in the order they are offered."""
        return tuple(self._types)

    def describe(self, name: str) -> TypeDescription:
        """Describe one type for the definition language."""
        found = self._types[name]
        return TypeDescription(
            name=found.name,
            label=found.label,
            options=found.options,
            required=found.required_options,
            operators=found.operators,
            stored=found.stored,
            searchable=found.searchable,
            reference=found.reference,
            plays=found.plays,
            relation=found.relation,
            tree=found.tree,
            computed=found.computed,
            parts=found.parts,
            masks=found.masks,
        )

    def catalogue(self) -> TypeCatalogue:
        """Return these types as the metadata layer wants to know them."""
        return self
