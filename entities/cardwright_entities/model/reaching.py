"""Which stored computed values a change of a record reaches, and by which way.

A way leads from the record that keeps a value to a record that the value reads. Followed backwards
from a record that changed it leads to all the records whose values have to be computed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import Entities
from cardwright_metadata.expressions.names import CURRENT
from cardwright_metadata.expressions.tree import Node, Path, RecordAt, Related, TypeTest
from cardwright_metadata.expressions.walking import children

#: What is stored though nobody types it.
COMPUTED = frozenset({"formula", "rollup"})
_DEEPEST = 12


@dataclass(frozen=True)
class Hop:
    """One step on a way.

    ``kind``: one (a link of ``entity`` holds the id of ``target``), any (so does a link to several
    entities), back (``field`` of ``target`` points to ``entity``; of lines it is their head),
    back_any, many (an n:m field of ``entity``), back_many.
    """

    kind: Literal["one", "any", "back", "back_any", "many", "back_many"]
    entity: str
    field: str
    target: str

    @property
    def is_to_many(self) -> bool:
        """Tell whether the step leads to several records."""
        return self.kind not in ("one", "any")


@dataclass(frozen=True)
class Reach:
    """A stored value that reads fields of the records at the end of a way."""

    entity: str
    field: str
    way: tuple[Hop, ...]
    reads: frozenset[str]

    @property
    def read_entity(self) -> str:
        """Return the entity whose records are read."""
        return self.way[-1].target if self.way else self.entity


def kept_fields(entity: EntityModel) -> tuple[FieldModel, ...]:
    """Return the computed fields whose values are stored."""
    return tuple(
        each for each in entity.fields.values() if each.columns and each.type.computed in COMPUTED
    )


def find_reaches(model: Entities) -> Mapping[str, tuple[Reach, ...]]:
    """Return what changes of an entity's records reach, by the entity's name."""
    found: defaultdict[str, list[Reach]] = defaultdict(list)
    for name, definition in model.catalog.entities.items():
        if definition.retired:
            continue
        entity = model.entity(name)
        for field in kept_fields(entity):
            for reach in reaches_of(model, entity, field):
                found[reach.read_entity].append(reach)
    return {name: tuple(each) for name, each in found.items()}


def reaches_of(model: Entities, entity: EntityModel, field: FieldModel) -> tuple[Reach, ...]:
    """Return the ways by which one value reads, with the fields that it reads at their ends."""
    reads: defaultdict[tuple[Hop, ...], set[str]] = defaultdict(set)
    formula = field.definition.options.get("formula")
    if formula is not None:
        for way, name in _Walk(model).node(formula.tree, _Place(entity, ())):
            reads[way].add(name)
    return tuple(
        Reach(entity.name, field.name, way, frozenset(names)) for way, names in reads.items()
    )


@dataclass(frozen=True)
class _Place:
    """Where names are read: an entity, and the way that led there."""

    entity: EntityModel
    way: tuple[Hop, ...]


_Found = Iterator[tuple[tuple[Hop, ...], str]]


@dataclass(frozen=True)
class _Walk:
    """Walks a tree; virtual formulas and mirrors are followed to the stored fields they read."""

    model: Entities
    depth: int = 0

    def node(self, node: Node, place: _Place) -> _Found:
        match node:
            case Path():
                yield from self.path(node, place)
            case TypeTest():
                yield from self.path(node.operand, place)
            case Related():
                yield from self._related(node, place)
            case RecordAt():
                yield from self._record_at(node, place)
            case _:
                for child in children(node):
                    yield from self.node(child, place)

    def path(self, path: Path, place: _Place) -> _Found:
        start = self._start(path, place)
        if start is not None:
            yield from self._names(path.names, start)

    def _related(self, node: Related, place: _Place) -> _Found:
        start = self._start(node.path, place)
        if start is None:
            return
        yield from self._names(node.path.names, start)
        for end in self._ends(node.path.names, start):
            for child in children(node):
                yield from self.node(child, end)

    def _record_at(self, node: RecordAt, place: _Place) -> _Found:
        start = self._start(node.records, place)
        yield from self.node(node.day, place)
        if start is None:
            return
        yield from self._names(node.records.names, start)
        for end in self._ends(node.records.names, start):
            for names in ((node.first,), (node.last,), node.value.names):
                if all(names) and names:
                    yield from self._names(names, end)

    def _start(self, path: Path, place: _Place) -> _Place | None:
        if path.root in ("", "$self", "$record"):
            return place
        if path.root != "$head" or not place.entity.definition.owner:
            return None
        head = self.model.entity(place.entity.definition.owner)
        return _Place(head, (*place.way, Hop("one", place.entity.name, "head", head.name)))

    def _names(self, names: tuple[str, ...], place: _Place) -> _Found:
        if not names or self.depth > _DEEPEST:
            return
        found = place.entity.fields.get(names[0])
        if found is None:
            for end, rest in self._pointing(names, place):
                yield end.way, end.way[-1].field
                yield from self._names(rest, end)
            return
        yield place.way, found.name
        deeper = replace(self, depth=self.depth + 1)
        if not found.columns and found.type.computed == "mirror":
            way = tuple(str(found.definition.options["path"]).split("."))
            yield from deeper._names((*way, *names[1:]), place)
        elif not found.columns and found.type.computed in COMPUTED:
            yield from deeper.node(found.definition.options["formula"].tree, place)
        else:
            rest = names[2:] if names[1:2] == (CURRENT,) else names[1:]
            for end in self._targets(found, place, rest):
                if end.way[-1].is_to_many:
                    yield end.way, end.way[-1].field
                yield from deeper._names(rest, end)

    def _targets(self, found: FieldModel, place: _Place, rest: tuple[str, ...]) -> Iterator[_Place]:
        """Yield the records behind a field: of a link only if something of them is read."""
        relation = found.type.relation
        several = relation in ("lines", "many")
        if not relation or not (rest or several):
            return
        for name in found.targets:
            target = self.model.entity(name)
            if rest and rest[0] not in target.fields:
                continue
            hop = Hop("back", place.entity.name, "head", name)
            if relation != "lines":
                kinds: Mapping[str, Literal["one", "any", "many"]]
                kinds = {"one": "one", "any": "any", "many": "many"}
                hop = Hop(kinds[relation], place.entity.name, found.name, name)
            yield _Place(target, (*place.way, hop))

    def _ends(self, names: tuple[str, ...], place: _Place) -> Iterator[_Place]:
        """Yield where the way to related records ends."""
        found = place.entity.fields.get(names[0])
        if found is None:
            for end, rest in self._pointing(names, place):
                if not rest:
                    yield end
            return
        if len(names) == 1:
            yield from self._targets(found, place, ())
            return
        for end in self._targets(found, place, names[1:]) or ():
            yield from self._ends(names[1:], end)
        if found.type.relation == "one" and names[1] not in self._fields_behind(found):
            target = self.model.entity(found.targets[0])
            hop = Hop("one", place.entity.name, found.name, target.name)
            yield from self._ends(names[1:], _Place(target, (*place.way, hop)))

    def _fields_behind(self, found: FieldModel) -> frozenset[str]:
        return frozenset(name for each in found.targets for name in self.model.entity(each).fields)

    def _pointing(
        self, names: tuple[str, ...], place: _Place
    ) -> Iterator[tuple[_Place, tuple[str, ...]]]:
        for holder, link in self.model.links_to(place.entity):
            if holder.name != names[0] or (len(names) > 1 and names[1] != link.name):
                continue
            kinds: Mapping[str, Literal["back", "back_any", "back_many"]]
            kinds = {"one": "back", "any": "back_any", "many": "back_many"}
            hop = Hop(kinds[link.type.relation], place.entity.name, link.name, holder.name)
            yield _Place(holder, (*place.way, hop)), names[2:]
            return
