"""The types of names, seen from one entity of a model: what checks and formulas may say."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Protocol

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.names import Ends, UnknownNameError
from cardwright_entities.expressions.values import (
    DATE,
    DATETIME,
    DECIMAL,
    NULL,
    TEXT,
    ValueType,
    record_of,
)
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.currencies import way_to_rate
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.resolving import setting_field
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.currencies import RATE
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Path
from cardwright_metadata.expressions.words import RECORD_SETS


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
PARTS = {
    "amount": DECIMAL,
    "base": DECIMAL,
    "date": DATE,
    "at": DATETIME,
    "type": TEXT,
    "start": DATE,
    "end": DATE,
    "latitude": DECIMAL,
    "longitude": DECIMAL,
}

#: Of these, the parts of an amount of money.
AMOUNT_PARTS = ("amount", "base")


#: Names of a record that is being made or changed, as its slots, checks and defaults say them.
OWN_ROOTS = frozenset({"$record", "$old"})


class CircleError(ExpressionError):
    """Formulas that do not say what they return need each other to find it out."""

    def __init__(self, circle: tuple[tuple[str, str], ...]) -> None:
        super().__init__("circle", "Formulas need each other: one has to say what it returns.")
        self.circle = circle  #: entity and field of each


@dataclass(frozen=True)
class EntityScope:
    """Names of one entity.

    ``roots`` gives the entities behind names of other records, such as ``$record`` in the condition
    of a link. ``own`` are names of the record itself, which mean nothing inside a question about
    related records. ``asked`` are formulas whose type is being found out. ``readable`` tells which
    fields exist for a reader, ``masked`` which of the others he may ask for by the whole value; for
    expressions of definitions all exist. ``choices``: what picklists
    and stages are compared with has to be one of theirs, as where definitions are checked.
    """

    model: Entities
    entity: EntityModel
    roots: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    asked: tuple[tuple[str, str], ...] = ()
    readable: Callable[[EntityModel], Container[str]] | None = None
    choices: bool = False
    masked: Callable[[EntityModel], Container[str]] | None = None

    def type_of(self, path: Path) -> ValueType:
        """Return the type at the end of a path; raise UnknownNameError with the nearest name."""
        if path.root in self.roots:
            return self._walk(self.model.entity(self.roots[path.root]), path.names)
        if path.root in ("", "$self") or path.root in self.own:
            return self._walk(self.entity, path.names, whole=path.whole)
        if path.root == "$head":
            return self._walk(self._head(), path.names)
        return self._variable(path)

    def related(self, path: Path) -> EntityScope:
        """Return the scope of the records that a to-many path leads to."""
        if path.root in self.roots:
            raise UnknownNameError(path.root)
        entity = self._head() if path.root == "$head" else self.entity
        names = path.names
        while len(names) > 1 and self._is_single(entity, names[0]):
            entity = self.model.entity(entity.fields[names[0]].targets[0])
            names = names[1:]
        own = self._fields(entity).get(names[0])
        if own is not None and own.type.relation in ("lines", "many") and len(names) == 1:
            return self._inside(self.model.entity(own.targets[0]))
        for pointing, link in self.model.links_to(entity):
            if link.name not in self._fields(pointing):
                continue
            if pointing.name == names[0] and (len(names) == 1 or link.name == names[1]):
                return self._inside(pointing)
        raise UnknownNameError(names[0], _nearest(names[0], self._fields(entity)))

    def hops_before(self, path: Path) -> tuple[str, ...]:
        """Return the links that a to-many path passes before it leads to many."""
        entity = self._head() if path.root == "$head" else self.entity
        passed = ("head",) if path.root == "$head" else ()
        names = path.names
        while len(names) > 1 and self._is_single(entity, names[0]):
            entity = self.model.entity(entity.fields[names[0]].targets[0])
            passed, names = (*passed, names[0]), names[1:]
        return passed

    def found(self, entity: str) -> EntityScope:
        """Return the scope inside a look-up in an entity; this one's record is the asker."""
        if not self.is_entity(entity):
            raise UnknownNameError(entity, _nearest(entity, self.model.catalog.entities))
        asker = self.entity.name
        roots = {**self.roots, "$record": asker, "$self": asker}
        if "$old" in self.own:
            roots["$old"] = asker
        if self.entity.definition.owner:
            roots["$head"] = self.entity.definition.owner
        return replace(self, entity=self.model.entity(entity), roots=roots, own=frozenset())

    def ledger(self, name: str) -> Mapping[str, ValueType]:
        """Return the dimensions of a ledger."""
        found = self.model.catalog.ledgers.get(name)
        if found is None:
            raise UnknownNameError(name, _nearest(name, self.model.catalog.ledgers))
        return {each.name: record_of(each.entity) for each in found.dimensions.values()}

    def period(self) -> Ends | None:
        """Return the fields between which the entity's records are valid, if both exist here."""
        period = self.entity.definition.period
        fields = self._fields(self.entity)
        if period is None or period.start not in fields or period.end not in fields:
            return None
        return period.ends

    def is_entity(self, name: str) -> bool:
        """Tell whether there is an entity of that name."""
        return name in self.model.catalog.entities

    def _inside(self, entity: EntityModel) -> EntityScope:
        return replace(self, entity=entity, own=frozenset())

    def _head(self) -> EntityModel:
        head = self.model.head_of(self.entity)
        if head is None:
            raise UnknownNameError("$head")
        return head

    def _is_single(self, entity: EntityModel, name: str) -> bool:
        found = self._fields(entity).get(name)
        return found is not None and found.type.relation == "one" and bool(found.targets)

    def _fields(self, entity: EntityModel, *, whole: bool = False) -> Mapping[str, FieldModel]:
        if self.readable is None:
            return entity.spoken
        readable = self.readable(entity)
        masked = self.masked(entity) if whole and self.masked is not None else ()
        return {
            name: each for name, each in entity.spoken.items() if name in readable or name in masked
        }

    def _walk(
        self, entity: EntityModel, names: tuple[str, ...], *, whole: bool = False
    ) -> ValueType:
        if not names:
            return record_of(entity.name, tree=entity.tree is not None)
        found = self._fields(entity, whole=whole and len(names) == 1).get(names[0])
        if found is None:
            raise UnknownNameError(names[0], _nearest(names[0], self._fields(entity)))
        rest = names[1:]
        if not rest:
            return self._own_type(entity, found)
        if found.type.computed == "mirror":
            return self._behind_mirror(entity, found, rest)
        if found.type.relation == "lines" and rest[0] == "current":
            return self._walk(self.model.entity(found.targets[0]), rest[1:])
        for target in found.targets if found.type.relation else ():
            model = self.model.entity(target)
            if rest[0] in self._fields(model, whole=whole and len(rest) == 1):
                return self._walk(model, rest, whole=whole)
        if not found.targets and rest[0] in PARTS:
            self._require_worth(entity, found, rest[0])
            return PARTS[rest[0]]
        raise UnknownNameError(rest[0], self._nearest_behind(found, rest[0]))

    def _require_worth(self, entity: EntityModel, found: FieldModel, part: str) -> None:
        """Raise ExpressionError for what an amount is worth that nobody can tell in a statement."""
        if part not in AMOUNT_PARTS or found.columns or found.type.computed == "mirror":
            return
        if not found.is_amount:
            message = f"'{found.name}' has a part '{part}' when it says returns: money."
            raise ExpressionError("no_amount", message, found=part, expected="returns: money")
        if part == "base" and way_to_rate(self.model, entity) is None:
            message = (
                f"'{found.name}' is calculated when it is read, and no field '{RATE}' keeps at "
                "which rate; keep the rate, or say stored: true."
            )
            raise ExpressionError("no_rate_kept", message, found=part, expected="stored: true")

    def _own_type(self, entity: EntityModel, found: FieldModel) -> ValueType:
        if found.type.computed == "mirror":
            return self._behind_mirror(entity, found, ())
        if found.type.computed == "formula" and not found.definition.options.get("returns"):
            return self._computed_type(entity, found)
        return with_choices(found) if self.choices else found.value_type

    def _behind_mirror(
        self, entity: EntityModel, found: FieldModel, rest: tuple[str, ...]
    ) -> ValueType:
        scope = replace(self, asked=self._asking(entity, found))
        path = str(found.definition.options["path"]).split(".")
        return scope._walk(entity, (*path, *rest))

    def _asking(self, entity: EntityModel, found: FieldModel) -> tuple[tuple[str, str], ...]:
        """Return what is being found out, with one field more; raise CircleError if it is again."""
        key = (entity.name, found.name)
        if key in self.asked:
            raise CircleError(self.asked[self.asked.index(key) :])
        return (*self.asked, key)

    def _computed_type(self, entity: EntityModel, found: FieldModel) -> ValueType:
        """Return the type of a formula that does not say what it returns."""
        scope = EntityScope(self.model, entity, asked=self._asking(entity, found))
        try:
            return check_types(found.definition.options["formula"], scope).type
        except CircleError:
            raise
        except ExpressionError:
            # Reported where the formula stands.
            return NULL

    def _nearest_behind(self, found: FieldModel, name: str) -> str:
        targets = [self.model.entity(target) for target in found.targets]
        names = [each for target in targets for each in self._fields(target)]
        return _nearest(name, dict.fromkeys(names))

    def _variable(self, path: Path) -> ValueType:
        parts = {
            "$me": "employee",
            "$user": "user",
            "$my_department": "department",
            "$my_departments": "department",
            "$my_organisation": "organisation",
            "$my_organisations": "organisation",
            "$my_subordinates": "employee",
            "$my_teams": "team",
            "$contact": "contact",
        }
        if path.root == "$setting":
            return self._setting(".".join(path.names))
        if path.root in RECORD_SETS:
            return self._shared(path)
        if path.root not in parts:
            raise UnknownNameError(path.root, _nearest(path.root, parts))
        player = self.model.catalog.player(parts[path.root])
        if player is None:
            return ValueType("record")
        if path.root in _SETS:
            return ValueType("list", item=record_of(player.name))
        return self._walk(self.model.entity(player.name), path.names)

    def _shared(self, path: Path) -> ValueType:
        name = path.names[0] if path.names else self.entity.name
        if len(path.names) > 1 or not self.is_entity(name):
            unknown = path.names[-1]
            raise UnknownNameError(unknown, _nearest(unknown, self.model.catalog.entities))
        return ValueType("list", item=record_of(name))

    def _setting(self, name: str) -> ValueType:
        setting = self.model.catalog.settings.get(name)
        if setting is None:
            raise UnknownNameError(f"$setting.{name}", _nearest(name, self.model.catalog.settings))
        definition = setting_field(setting, self.model.catalog)
        return self.model.types.of(definition).value_type(definition)


def with_choices(found: FieldModel) -> ValueType:
    """Return the type of a field's value, with its choices if it has any."""
    type_, choices = found.value_type, tuple(found.definition.options.get("choices") or ())
    if type_.item is not None:
        return replace(type_, item=replace(type_.item, choices=choices))
    return replace(type_, choices=choices)


#: Names that stand for several records.
_SETS = frozenset({"$my_departments", "$my_organisations", "$my_subordinates", "$my_teams"})


def offered_scope(model: Entities, target: EntityModel, holder: EntityModel) -> EntityScope:
    """Return the names of what a link offers: those of its target, and the record that holds it."""
    roots = {"$record": holder.name}
    if holder.definition.owner:
        roots["$head"] = holder.definition.owner
    return EntityScope(model, target, roots)


def _nearest(name: str, known: Mapping[str, object]) -> str:
    return next(iter(get_close_matches(name, list(known), n=1)), "")
