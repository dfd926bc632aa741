"""Which stored computed values a change of a record reaches, and by which way.

A way leads from the record that keeps a value to a record that the value reads. Followed backwards
from a record that changed it leads to all the records whose values have to be computed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from cardwright_entities.model.dependencies import Place, Read
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.graph import ValueGraph
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.expressions.tree import Expression, Path

#: What is stored though nobody types it.
COMPUTED = frozenset({"formula", "rollup", "mirror"})

Kind = Literal["one", "any", "back", "back_any", "many", "back_many"]
_BACKWARDS: Mapping[str, Kind] = MappingProxyType(
    {"one": "back", "any": "back_any", "many": "back_many"}
)
_FORWARDS: Mapping[str, Kind] = MappingProxyType(
    {"one": "one", "any": "any", "many": "many", "head": "one"}
)


class ReachModel(Protocol):
    """What finding reaches needs of a model."""

    catalog: Catalog

    @property
    def graph(self) -> ValueGraph:
        """Return which computed values follow from which."""
        ...

    def entity(self, name: str) -> EntityModel:
        """Return an entity ready for work."""
        ...


@dataclass(frozen=True)
class Hop:
    """One step on a way.

    ``kind``: one (a link of ``entity`` holds the id of ``target``), any (so does a link to several
    entities), back (``field`` of ``target`` points to ``entity``; of lines it is their head),
    back_any, many (an n:m field of ``entity``), back_many.
    """

    kind: Kind
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


def formula_of(field: FieldModel) -> Expression:
    """Return the expression that gives a kept value; of a mirror, its path."""
    if field.type.computed == "mirror":
        path = str(field.definition.options["path"])
        return Expression(path, Path(tuple(path.split("."))))
    formula: Expression = field.definition.options["formula"]
    return formula


def find_reaches(model: ReachModel) -> Mapping[str, tuple[Reach, ...]]:
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


def reaches_of(model: ReachModel, entity: EntityModel, field: FieldModel) -> tuple[Reach, ...]:
    """Return the ways by which one value reads, with the fields that it reads at their ends."""
    reads: defaultdict[tuple[Hop, ...], set[str]] = defaultdict(set)
    for way, name in _stored_reads(model, (entity.name, field.name), (), frozenset()):
        reads[way].add(name)
    return tuple(
        Reach(entity.name, field.name, way, frozenset(names)) for way, names in reads.items()
    )


def _stored_reads(
    model: ReachModel, place: Place, way: tuple[Hop, ...], asked: frozenset[Place]
) -> Iterator[tuple[tuple[Hop, ...], str]]:
    """Yield the stored fields that a value reads; virtual ones are followed to what they read."""
    if place in asked:
        return
    for read in model.graph.reads_of(*place):
        beyond = (*way, *_hops(model, place[0], read))
        yield beyond, read.place[1]
        for index, hop in enumerate(beyond):
            if hop.is_to_many and index >= len(way):
                yield beyond[: index + 1], hop.field  # records come and go by their link
        found = model.entity(read.place[0]).fields[read.place[1]]
        if not found.columns and found.type.computed:
            yield from _stored_reads(model, read.place, beyond, asked | {place})


def _hops(model: ReachModel, start: str, read: Read) -> Iterator[Hop]:
    source = start
    for index, hop in enumerate(read.hops):
        if hop.kind == "pointing":
            relation = model.entity(hop.entity).fields[hop.field].type.relation
            yield Hop(_BACKWARDS[relation], source, hop.field, hop.entity)
            source = hop.entity
            continue
        target = _target(model, read, index)
        if hop.kind == "lines":
            yield Hop("back", source, "head", target)
        else:
            yield Hop(_FORWARDS[hop.kind], source, hop.field, target)
        source = target


def _target(model: ReachModel, read: Read, index: int) -> str:
    """Return to which entity a step leads: the one from which the next is taken."""
    if index + 1 == len(read.hops):
        return read.place[0]
    following = read.hops[index + 1]
    if following.kind != "pointing":
        return following.entity
    hop = read.hops[index]
    return model.entity(hop.entity).fields[hop.field].targets[0]
