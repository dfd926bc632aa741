"""What a value needs: the fields that its expression reads, the way to them, and circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.model.currencies import rate_fields, rated_by
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import Entities, EntityScope
from cardwright_metadata.expressions.names import CURRENT
from cardwright_metadata.expressions.tree import Path

#: A field of an entity.
Place = tuple[str, str]

#: Steps that stay among the records that are saved together.
_NEAR = frozenset({"lines", "head"})


@dataclass(frozen=True)
class Hop:
    """One step from record to record.

    ``kind`` says what the field is and which way it is taken: ``one``, ``any``, ``many`` from the
    record that holds the link to those it names, ``lines`` down, ``head`` up, and ``pointing``
    from a record to those whose link names it.
    """

    entity: str  #: the entity that has the field
    field: str
    kind: str


@dataclass(frozen=True)
class Read:
    """A field that an expression reads on its way along a path.

    ``hops`` lead from the record in question to the one that holds the field. Who asks for
    records that point here reads their link. ``near``: of the record itself, of its head or its
    lines, which are saved together.
    """

    place: Place
    path: Path
    near: bool
    hops: tuple[Hop, ...] = ()


def reads_of(typed: TypedExpression, scope: EntityScope) -> tuple[Read, ...]:
    """Return every field that an expression reads, mirrors followed to where they end."""
    return read_along(typed.paths, scope, frozenset(path.names for path in typed.related))


def read_along(
    paths: Iterable[Path], scope: EntityScope, questions: frozenset[tuple[str, ...]] = frozenset()
) -> tuple[Read, ...]:
    """Return every field that lies on paths; ``questions`` are those that ask many records."""
    found: dict[Read, None] = {}
    for path in paths:
        way = _Way(scope.model, path, questions)
        if path.root == "$head":
            head = scope.model.head_of(scope.entity)
            if head is not None:
                found[Read((scope.entity.name, "head"), path, near=True)] = None
                up = (Hop(scope.entity.name, "head", "head"),)
                found |= dict.fromkeys(way.follow(_Stand(head, path.names, up)))
        elif path.root in ("", "$self", "$record"):
            found |= dict.fromkeys(way.follow(_Stand(scope.entity, path.names)))
    return tuple(found)


def find_circles(needs: Mapping[Place, Sequence[Place]]) -> Iterator[tuple[Place, ...]]:
    """Yield each circle once, as the places on its way; every place is looked at once."""
    done: set[Place] = set()
    for start in needs:
        way: list[Place] = []
        waiting: list[tuple[Place, Iterator[Place]]] = []
        _enter(start, needs, done, way, waiting)
        while waiting:
            following = next(waiting[-1][1], None)
            if following is None:
                waiting.pop()
                done.add(way.pop())
            elif following in way:
                yield tuple(way[way.index(following) :])
            else:
                _enter(following, needs, done, way, waiting)


def _enter(
    place: Place,
    needs: Mapping[Place, Sequence[Place]],
    done: set[Place],
    way: list[Place],
    waiting: list[tuple[Place, Iterator[Place]]],
) -> None:
    if place not in done:
        way.append(place)
        waiting.append((place, iter(needs.get(place, ()))))


@dataclass(frozen=True)
class _Stand:
    """Where one is on the way: the names that are left, seen from an entity."""

    entity: EntityModel
    names: tuple[str, ...]
    hops: tuple[Hop, ...] = ()

    @property
    def near(self) -> bool:
        return all(each.kind in _NEAR for each in self.hops)


@dataclass(frozen=True)
class _Way:
    """One path, followed from an entity."""

    model: Entities
    path: Path
    questions: frozenset[tuple[str, ...]]  #: to-many paths of the expression

    def follow(self, start: _Stand) -> Iterator[Read]:
        waiting = [start]
        left = 3 * len(start.names) + 24  # mirrors that lead to each other end somewhere
        while waiting and left:
            left -= 1
            stand = waiting.pop()
            if not stand.names:
                continue
            found = stand.entity.fields.get(stand.names[0])
            if found is None:
                yield from self._ask_who_points(stand, waiting)
                continue
            yield self._read(stand, stand.entity, found)
            if found.is_amount and stand.names[1:] == ("base",) and found.type.computed != "mirror":
                yield from self._read_rate(stand)
            if found.type.computed == "mirror":
                path = str(found.definition.options["path"]).split(".")
                waiting.append(_Stand(stand.entity, (*path, *stand.names[1:]), stand.hops))
            elif found.type.relation:
                yield from self._pass(stand, found, waiting)

    def _read(self, stand: _Stand, entity: EntityModel, found: FieldModel) -> Read:
        return Read((entity.name, found.name), self.path, stand.near, stand.hops)

    def _pass(self, stand: _Stand, found: FieldModel, waiting: list[_Stand]) -> Iterator[Read]:
        """Go on behind a link or into lines, to each entity that has the next name."""
        kind = "head" if found.name == "head" else found.type.relation
        hops = (*stand.hops, Hop(stand.entity.name, found.name, kind))
        targets = [self.model.entity(each) for each in found.targets]
        names = stand.names[1:]
        if names[:1] == (CURRENT,):
            names = names[1:]
            for target in targets[:1]:
                yield from self._read_period(_Stand(target, (), hops))
        fitting = [each for each in targets if names and names[0] in each.fields]
        waiting += [_Stand(each, names, hops) for each in fitting or targets[:1]]

    def _read_rate(self, stand: _Stand) -> Iterator[Read]:
        """Yield what tells how much an amount is worth: of a line the rate of its head."""
        heads = rated_by(self.model, stand.entity)
        hops = stand.hops
        for below in heads[:-1]:
            hops = (*hops, Hop(below.name, "head", "head"))
        for name in rate_fields(self.model, heads[-1]) if heads else ():
            behind = _Stand(heads[-1], (), hops)
            yield self._read(behind, heads[-1], heads[-1].fields[name])

    def _read_period(self, stand: _Stand) -> Iterator[Read]:
        period = stand.entity.definition.period
        for name in period.ends if period is not None else ():
            found = stand.entity.fields.get(name)
            if found is not None:
                yield self._read(stand, stand.entity, found)

    def _ask_who_points(self, stand: _Stand, waiting: list[_Stand]) -> Iterator[Read]:
        names = stand.names
        links = [each for each in self.model.links_to(stand.entity) if each[0].name == names[0]]
        if not links:
            return
        (holder, link), rest = links[0], names[1:]
        for each in links:
            said = any(asked[-2:] == (holder.name, each[1].name) for asked in self.questions)
            if said and names[1:2] == (each[1].name,):
                (holder, link), rest = each, names[2:]
        hops = (*stand.hops, Hop(holder.name, link.name, "pointing"))
        behind = _Stand(holder, rest, hops)
        yield self._read(behind, holder, link)
        waiting.append(behind)
