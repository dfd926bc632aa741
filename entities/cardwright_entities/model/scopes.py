"""The types of names, seen from one entity of a model: what checks and formulas may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import (
    DATE,
    DATETIME,
    DECIMAL,
    TEXT,
    ValueType,
    record_of,
)
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.expressions.tree import Path



class Entities(Protocol):
    """What a scope needs of a model."""

    catalog: Catalog
    types: FieldTypes

    def entity(self, name: str) -> EntityModel:
        """Return an entity ready for work."""
        ...

    def head_of(self, entity: EntityModel) -> EntityModel | None:
        """Return the head of a line entity."""
        ...

    def links_to(self, entity: EntityModel) -> list[tuple[EntityModel, FieldModel]]:
        """Return the links that point to an entity."""
        ...


#: Parts of a value that paths may name behind a field.
_PARTS = {"amount": DECIMAL, "base": DECIMAL, "date": DATE, "at": DATETIME, "type": TEXT}


@dataclass(frozen=True)
class EntityScope:
    """Names of one entity; ``roots`` gives the entities behind ``$record``, ``$old``, ``$each``."""

    model: Entities
    entity: EntityModel
    roots: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, path: Path) -> ValueType:
        """Return the type at the end of a path; raise UnknownNameError with the nearest name."""
        if path.root in ("", "$self"):
            return self._walk(self.entity, path.names)
        if path.root == "$head":
            return self._walk(self._head(), path.names)
        if path.root in self.roots:
            return self._walk(self.model.entity(self.roots[path.root]), path.names)
        return self._variable(path)

    def related(self, path: Path) -> EntityScope:
        """Return the scope of the records that a to-many path leads to."""
        entity = self._head() if path.root == "$head" else self.entity
        names = path.names
        while len(names) > 1 and self._is_single(entity, names[0]):
            entity = self.model.entity(entity.fields[names[0]].targets[0])
            names = names[1:]
        own = entity.fields.get(names[0])
        if own is not None and own.type.relation in ("lines", "many") and len(names) == 1:
            return EntityScope(self.model, self.model.entity(own.targets[0]), self.roots)
        for pointing, link in self.model.links_to(entity):
            if pointing.name == names[0] and (len(names) == 1 or link.name == names[1]):
                return EntityScope(self.model, pointing, self.roots)
        raise UnknownNameError(names[0], _nearest(names[0], entity.fields))

    def is_entity(self, name: str) -> bool:
        """Tell whether there is an entity of that name."""
        return name in self.model.catalog.entities

    def _head(self) -> EntityModel:
        head = self.model.head_of(self.entity)
        if head is None:
            raise UnknownNameError("$head")
        return head

    def _is_single(self, entity: EntityModel, name: str) -> bool:
        found = entity.fields.get(name)
        return found is not None and found.type.relation == "one" and bool(found.targets)

    def _walk(self, entity: EntityModel, names: tuple[str, ...]) -> ValueType:
        if not names:
            return record_of(entity.name, tree=entity.tree is not None)
        found = entity.fields.get(names[0])
        if found is None:
            raise UnknownNameError(names[0], _nearest(names[0], entity.fields))
        rest = names[1:]
        if not rest:
            return self._own_type(entity, found)
        if found.type.relation == "lines" and rest[0] == "current":
            return self._walk(self.model.entity(found.targets[0]), rest[1:])
        for target in found.targets:
            model = self.model.entity(target)
            if rest[0] in model.fields:
                return self._walk(model, rest)
        if not found.targets and rest[0] in _PARTS:
            return _PARTS[rest[0]]
        raise UnknownNameError(rest[0], self._nearest_behind(found, rest[0]))

    def _own_type(self, entity: EntityModel, found: FieldModel) -> ValueType:
        if found.type.computed == "mirror":
            path = str(found.definition.options["path"]).split(".")
            return self._walk(entity, tuple(path))
        return found.value_type

    def _nearest_behind(self, found: FieldModel, name: str) -> str:
        names = [each for target in found.targets for each in self.model.entity(target).fields]
        return _nearest(name, dict.fromkeys(names))

    def _variable(self, path: Path) -> ValueType:
        parts = {
            "$me": "employee",
            "$user": "user",
            "$my_department": "department",
            "$my_organisation": "organisation",
            "$my_subordinates": "employee",
            "$contact": "contact",
        }
        if path.root == "$setting":
            return self._setting(".".join(path.names))
        if path.root not in parts:
            raise UnknownNameError(path.root, _nearest(path.root, parts))
        player = self.model.catalog.player(parts[path.root])
        if player is None:
            return ValueType("record")
        if path.root == "$my_subordinates":
            return ValueType("list", item=record_of(player.name))
        return self._walk(self.model.entity(player.name), path.names)

    def _setting(self, name: str) -> ValueType:
        setting = self.model.catalog.settings.get(name)
        if setting is None:
            raise UnknownNameError(f"$setting.{name}", _nearest(name, self.model.catalog.settings))
        return self.model.types.value_type_of_setting(setting)


def _nearest(name: str, known: Mapping[str, object]) -> str:
    return next(iter(get_close_matches(name, list(known), n=1)), "")
