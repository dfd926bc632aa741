"""What each name means: fields, targets of links, players of parts, ends of paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cardwright_metadata.definitions.entities import TRAIT_PREFIX
from cardwright_metadata.expressions.names import CURRENT
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.merging import Merged
from cardwright_metadata.type_catalogue import TypeCatalogue, TypeDescription

_MAX_MIRRORS = 8


@dataclass(frozen=True)
class PathEnd:
    """Where a path ends: the entity and field, and which entities the value may point to."""

    entity: str
    field: str
    type: TypeDescription | None
    targets: tuple[str, ...]
    many: bool = False


class UnknownPathError(Exception):
    """A path names something that is not there; ``index`` tells which of its names."""

    def __init__(self, index: int, found: str, known: Iterable[str], message: str) -> None:
        self.index = index
        self.found = found
        self.known = tuple(known)
        self.message = message
        super().__init__(message)


class Names:
    """The names of merged packs, as linking asks for them.

    ``living`` leaves out what is retired: layouts pass over it, what does something cannot.
    """

    def __init__(self, merged: Merged, types: TypeCatalogue, *, living: bool = False) -> None:
        self._living = living
        self.contents = merged.contents
        self.entities: Mapping[str, MarkedMap] = merged.contents["entity"]
        self.picklists: Mapping[str, MarkedMap] = merged.contents["picklist"]
        self.settings: Mapping[str, MarkedMap] = merged.contents["setting"]
        self.stages: Mapping[str, MarkedMap] = merged.contents["stages"]
        self.types = types
        self._asking: dict[str, Mapping[str, Any]] = {}
        self._described: dict[str, TypeDescription] = {
            name: types.describe(name) for name in types.names()
        }
        self._targets: dict[tuple[str, str], tuple[str, ...]] = {}
        self._players = self._find_players()

    def in_use(self, kind: str) -> Mapping[str, MarkedMap]:
        """Return the definitions of a kind that are not retired."""
        found = self.contents[kind].items()
        return {name: content for name, content in found if not content.get("retired")}

    def fields(self, entity: str) -> Mapping[str, Any]:
        """Return the fields of an entity, none for an unknown one."""
        found = self.entities.get(entity)
        fields = found.get("fields") if found else self._asking.get(entity)
        if not isinstance(fields, dict):
            return {}
        if not self._living:
            return fields
        return {name: each for name, each in fields.items() if not _is_retired(each)}

    def ask(self, form: str, entity: str, asked: Mapping[str, Any]) -> None:
        """Know the fields of a small form: those of an entity, and those that it has itself."""
        own = self.fields(entity)
        self._asking[form] = {
            name: field if "type" in field else own[name]
            for name, field in asked.items()
            if "type" in field or name in own
        }
        for name, field in self._asking[form].items():
            if field is own.get(name):
                self._targets[form, name] = self.targets(entity, name)

    def type_of(self, field: Any) -> TypeDescription | None:
        """Return the description of a field's type, None for an unknown one."""
        return self._described.get(str(field.get("type"))) if isinstance(field, dict) else None

    def type_names(self) -> list[str]:
        """Return the names of all field types."""
        return list(self._described)

    def player(self, part: str) -> str:
        """Return the entity that plays a part, empty when none does."""
        return self._players.get(part, "")

    def with_trait(self, trait: str) -> tuple[str, ...]:
        """Return the entities that have a trait."""
        return tuple(
            name for name, content in self.entities.items() if trait in content.get("traits", ())
        )

    def of(self, named: str) -> tuple[str, ...]:
        """Return the entities that ``of:`` means: the one that is named, or those with a trait."""
        return self._expand(named)

    def traits(self) -> set[str]:
        """Return the traits that any entity has."""
        return {trait for content in self.entities.values() for trait in content.get("traits", ())}

    def targets(self, entity: str, name: str) -> tuple[str, ...]:
        """Return the entities that a field may point to; of lines, the line entity."""
        key = (entity, name)
        if key not in self._targets:
            self._targets[key] = self._find_targets(entity, name)
        return self._targets[key]

    def links_to(self, entity: str) -> list[tuple[str, str]]:
        """Return the fields of all entities that point here, without the system's own."""
        return [
            (other, name)
            for other, content in self.entities.items()
            for name, field in (content.get("fields") or {}).items()
            if not field.get("system")
            and not field.get("retired")
            and entity in self.targets(other, name)
            and self._points(field)
        ]

    def walk(self, entity: str, names: Sequence[str], depth: int = 0) -> PathEnd:
        """Follow a path from an entity; raise UnknownPathError at the name that leads nowhere."""
        return self.walk_any((entity,), names, depth)

    def walk_any(self, entities: Sequence[str], names: Sequence[str], depth: int = 0) -> PathEnd:
        """Follow a path from a record of one of several entities."""
        here = tuple(entities)
        end: PathEnd | None = None
        index = 0
        while index < len(names):
            name = names[index]
            end = self._step(here, name, index, depth)
            index += 1
            if index < len(names) and end.many:
                self._require_current(end, names, index)
                end = PathEnd(end.entity, end.field, end.type, end.targets)
                index += 1
            if index < len(names) and not end.targets:
                if end.type is not None and end.type.relation:
                    # That it points nowhere is reported where the link is defined.
                    return PathEnd(end.entity, end.field, None, ())
                self._require_part(end, names, index)
                return PathEnd(end.entity, end.field, None, ())
            here = end.targets
        if end is None:
            raise UnknownPathError(0, "", (), "A path is missing.")
        return end

    def _step(self, here: Sequence[str], name: str, index: int, depth: int) -> PathEnd:
        for entity in here:
            field = self.fields(entity).get(name)
            if field is None:
                continue
            described = self._with_parts(field)
            # An address names a region, but no path goes on from it.
            points = described is not None and bool(described.relation)
            targets = self.targets(entity, name) if points else ()
            many = described is not None and described.relation in ("lines", "many")
            if described is not None and described.computed == "mirror" and depth < _MAX_MIRRORS:
                return self._through_mirror(entity, name, field, depth)
            return PathEnd(entity, name, described, targets, many)
        known = [each for entity in here for each in self.fields(entity)]
        of = " or ".join(f"'{each}'" for each in here) or "this"
        raise UnknownPathError(index, name, known, f"{of} has no field '{name}'.")

    def _with_parts(self, field: Any) -> TypeDescription | None:
        """Return the type of a field; what it returns has parts as a value of that type."""
        described = self.type_of(field)
        if described is None or not field.get("returns"):
            return described
        returned = self.type_of({"type": field["returns"]})
        return described if returned is None else replace(described, parts=returned.parts)

    def _through_mirror(self, entity: str, name: str, field: Any, depth: int) -> PathEnd:
        path = field.get("path")
        if not isinstance(path, str):
            return PathEnd(entity, name, None, ())
        try:
            end = self.walk(entity, path.split("."), depth + 1)
        except UnknownPathError:
            # Reported where the mirror is defined.
            return PathEnd(entity, name, None, ())
        return PathEnd(entity, name, end.type, end.targets, end.many)

    def _require_current(self, end: PathEnd, names: Sequence[str], index: int) -> None:
        timed = any(self.entities[each].get("period") for each in end.targets)
        if names[index] == CURRENT and timed:
            return
        raise UnknownPathError(
            index,
            names[index],
            (CURRENT,) if timed else (),
            f"'{end.field}' holds several records; ask with any, none, count or sum"
            + (", or for the one that is valid: current." if timed else "."),
        )

    def _require_part(self, end: PathEnd, names: Sequence[str], index: int) -> None:
        parts = end.type.parts if end.type else ()
        if end.type is None or names[index] in parts:
            return
        message = f"'{end.field}' is no link, so nothing can follow it."
        if parts:
            message = f"'{end.field}' has no part '{names[index]}'."
        elif names[index] == "base" and end.type.computed:
            message = f"'{end.field}' is worth something only if it says returns: money."
        raise UnknownPathError(index, names[index], parts, message)

    def _points(self, field: Any) -> bool:
        described = self.type_of(field)
        return described is not None and described.relation in ("one", "any", "many")

    def _find_players(self) -> dict[str, str]:
        return {
            part: name
            for name, content in self.entities.items()
            for part in (content.get("plays") or {})
        }

    def _find_targets(self, entity: str, name: str) -> tuple[str, ...]:
        field = self.fields(entity).get(name)
        described = self.type_of(field)
        if field is None or described is None:
            return ()
        if not described.relation and not described.plays:
            return ()
        if field.get("system") and name == "head":
            owner = str(self.entities[entity].get("owner"))
            return (owner,) if owner in self.entities else ()
        written = field.get(described.reference) if described.reference else None
        if written is None and described.tree:
            return (entity,)
        if written is None:
            players = [self.player(part) for part in described.plays.split()]
            return tuple(each for each in players if each)
        found: list[str] = []
        for each in written if isinstance(written, list) else [written]:
            found += self._expand(str(each))
        return tuple(dict.fromkeys(found))

    def _expand(self, target: str) -> tuple[str, ...]:
        if target.startswith(TRAIT_PREFIX):
            return self.with_trait(target.removeprefix(TRAIT_PREFIX))
        return (target,) if target in self.entities else ()


def _is_retired(field: Any) -> bool:
    return isinstance(field, dict) and bool(field.get("retired"))
