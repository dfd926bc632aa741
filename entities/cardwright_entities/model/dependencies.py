"""What a value needs: the fields that its expression reads, and circles among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import Entities, EntityScope
from cardwright_metadata.expressions.tree import Path

#: A field of an entity.
Place = tuple[str, str]


@dataclass(frozen=True)
class Read:
    """A field that an expression reads on its way along a path.

    ``near``: of the record itself, of its head or its lines, which are saved together.
    """

    place: Place
    path: Path
    near: bool


def reads_of(typed: TypedExpression, scope: EntityScope) -> tuple[Read, ...]:
    """Return every field that an expression reads, mirrors followed to where they end."""
    questions = frozenset(path.names for path in typed.related)
    found: list[Read] = []
    for path in typed.paths:
        if path.root == "$head":
            head = scope.model.head_of(scope.entity)
            if head is not None:
                found += _Way(scope.model, path, questions).follow(head)
        elif path.root in ("", "$self", "$record"):
            found += _Way(scope.model, path, questions).follow(scope.entity)
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
class _Way:
    """One path, followed from an entity."""

    model: Entities
    path: Path
    questions: Iterable[tuple[str, ...]]  #: to-many paths of the expression

    def follow(self, entity: EntityModel) -> Iterator[Read]:
        names, near = self.path.names, True
        left = 3 * len(names) + 24  # mirrors that lead to each other end somewhere
        while names and left:
            left -= 1
            found = entity.fields.get(names[0])
            if found is None:
                following = self._pointing(entity, names)
                if following is None:
                    return
                entity, names = following
                near = False
                continue
            yield Read((entity.name, found.name), self.path, near)
            if found.type.computed == "mirror":
                names = (*str(found.definition.options["path"]).split("."), *names[1:])
                continue
            near = near and (found.type.relation == "lines" or found.name == "head")
            names = names[2:] if names[1:2] == ("current",) else names[1:]
            target = self._target(found, names)
            if target is None:
                return
            entity = target

    def _target(self, found: FieldModel, names: tuple[str, ...]) -> EntityModel | None:
        models = [self.model.entity(each) for each in found.targets]
        if not names or not models or not found.type.relation:
            return None
        return next((each for each in models if names[0] in each.fields), models[0])

    def _pointing(
        self, entity: EntityModel, names: tuple[str, ...]
    ) -> tuple[EntityModel, tuple[str, ...]] | None:
        for holder, link in self.model.links_to(entity):
            if holder.name != names[0]:
                continue
            said = any(each[-2:] == (holder.name, link.name) for each in self.questions)
            return holder, names[2:] if said and names[1:2] == (link.name,) else names[1:]
        return None
