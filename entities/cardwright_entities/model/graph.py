"""Which values follow from which: computed fields, mirrors and defaults across all entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.model.dependencies import (
    Hop,
    Place,
    Read,
    find_circles,
    read_along,
    reads_of,
)
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import OWN_ROOTS, Entities, EntityScope
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Expression, Node, Path


@dataclass(frozen=True)
class Need:
    """What one value follows from.

    ``lasting``: it is computed anew whenever what it reads changes; a default is not.
    """

    place: Place
    reads: tuple[Read, ...]
    lasting: bool


@dataclass(frozen=True)
class Dependent:
    """A computed field that reads another one.

    ``hops`` lead from its record to the record that holds what it reads; empty for the same one.
    """

    entity: str
    field: str
    hops: tuple[Hop, ...]
    near: bool  #: saved together: the same record, its head, its lines
    stored: bool  #: its value has a column and must be written anew


@dataclass(frozen=True)
class ValueGraph:
    """What needs what in one model. Only what can be computed takes part."""

    model: Entities
    needs: Mapping[Place, tuple[Need, ...]]

    def reads_of(self, entity: str, field: str) -> tuple[Read, ...]:
        """Return what a computed field reads; nothing for a field that people fill."""
        needs = self.needs.get((entity, field), ())
        return tuple(each for need in needs if need.lasting for each in need.reads)

    def dependents_of(self, entity: str, field: str) -> tuple[Dependent, ...]:
        """Return the computed fields that read a field themselves.

        A record that comes, goes or is moved changes its link, of a line its ``head``: who counts
        or sums records depends on the field over which they are reached.
        """
        return self._dependents.get((entity, field), ())

    def affected_by(self, entity: str, *fields: str) -> tuple[Place, ...]:
        """Return all computed fields that follow from fields, in an order to compute them in."""
        found: dict[Place, None] = {}
        waiting = [(entity, field) for field in fields]
        while waiting:
            for each in self.dependents_of(*waiting.pop()):
                if (each.entity, each.field) not in found:
                    found[each.entity, each.field] = None
                    waiting.append((each.entity, each.field))
        return tuple(_in_order(found, self._lasting))

    def circles(self) -> Iterator[tuple[Place, ...]]:
        """Yield the circles of values that need themselves: a default within one save only."""
        yield from find_circles(
            {
                place: tuple(
                    read.place for need in needs for read in need.reads if self._computes(read)
                )
                for place, needs in self.needs.items()
            }
        )

    def _computes(self, read: Read) -> bool:
        needs = self.needs.get(read.place, ())
        return any(each.lasting or read.near for each in needs)

    @cached_property
    def _lasting(self) -> Mapping[Place, tuple[Place, ...]]:
        return {
            place: tuple(read.place for need in needs if need.lasting for read in need.reads)
            for place, needs in self.needs.items()
        }

    @cached_property
    def _dependents(self) -> Mapping[Place, tuple[Dependent, ...]]:
        found: dict[Place, dict[Dependent, None]] = {}
        for (entity, field), needs in self.needs.items():
            stored = bool(self.model.entity(entity).fields[field].columns)
            for read in (read for need in needs if need.lasting for read in need.reads):
                dependent = Dependent(entity, field, read.hops, read.near, stored)
                found.setdefault(read.place, {})[dependent] = None
                if read.hops and read.hops[-1].kind == "lines":
                    # Lines come and go with their own link to the head.
                    found.setdefault((read.place[0], "head"), {})[dependent] = None
        return {place: tuple(dependents) for place, dependents in found.items()}


def build_graph(model: Entities) -> ValueGraph:
    """Return the graph of a model without what cannot be read: that is reported where it stands."""
    needs: dict[Place, tuple[Need, ...]] = {}
    for name, definition in model.catalog.entities.items():
        if definition.retired:
            continue
        entity = model.entity(name)
        for field in entity.fields.values():
            found = tuple(_needs_of(model, entity, field))
            if found:
                needs[name, field.name] = found
    return ValueGraph(model, needs)


def _needs_of(model: Entities, entity: EntityModel, field: FieldModel) -> Iterator[Need]:
    place = (entity.name, field.name)
    for each in field.type.inputs(field.definition):
        yield Need(place, _reads(model, entity, each), lasting=True)
    default = field.definition.default
    if isinstance(default, Expression):
        yield Need(place, _reads(model, entity, default), lasting=False)


def _reads(model: Entities, entity: EntityModel, value: Expression | Node) -> tuple[Read, ...]:
    scope = EntityScope(model, entity, own=OWN_ROOTS)
    if isinstance(value, Path):
        return read_along([value], scope)
    try:
        return reads_of(check_types(value, scope, exact=False), scope)
    except ExpressionError:
        return ()


def _in_order(
    places: Mapping[Place, None], needs: Mapping[Place, Sequence[Place]]
) -> Iterator[Place]:
    """Yield places so that each comes behind those that it needs."""
    done: set[Place] = set()
    for start in places:
        waiting = [(start, False)]
        while waiting:
            place, ready = waiting.pop()
            if ready:
                yield place
            elif place not in done:
                done.add(place)
                waiting.append((place, True))
                waiting += [(each, False) for each in needs.get(place, ()) if each in places]
