"""Where definitions use a field: lists, cards, queries, formulas, checks, rules, rights, prints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cardwright_entities.changes.identities import Part
from cardwright_entities.changes.steps import Step
from cardwright_metadata.definitions.entities import TRAIT_PREFIX
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Path

_ENTITY = "entity/"
#: Words for people, and what the engine keeps: no names stand there.
_WORDS = frozenset(
    ["label", "help", "hint", "example", "description", "message", "unit", "was", "id", "column",
     "table", "pack", "targets", "type", "kept_of", "hash"]
)  # fmt: skip
#: Keys that name the entity which the names beside them belong to.
_ROOTS = ("entity", "of", "from", "to", "count")


@dataclass(frozen=True)
class Use:
    """One place where a field is used: a part, the path within it, and the field."""

    part: str  #: ``entity/quote``
    path: str  #: ``list.columns.payable``
    entity: str
    field: str
    views: int = 0  #: how many people show it in a list that they arranged for themselves

    @property
    def place(self) -> str:
        """Return the place as people read it."""
        return f"{self.part}#{self.path}" if self.path else self.part


def find_uses(parts: Mapping[str, Part], wanted: Mapping[str, frozenset[str]]) -> tuple[Use, ...]:
    """Return where the given fields, by entity, are used; a field's own definition is no use."""
    names = sorted({name for fields in wanted.values() for name in fields})
    if not names:
        return ()
    search = _Search(parts, wanted, re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b"))
    found = (use for address, part in parts.items() for use in search.part(address, part))
    return tuple(dict.fromkeys(found))


def touched_fields(steps: Iterable[Step]) -> dict[str, frozenset[str]]:
    """Return by entity the fields that steps rename, retire or give another type, as they were."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for step in steps:
        if step.kind not in ("rename", "retire", "retype") or "#fields." not in step.target:
            continue
        address = step.name if step.kind == "rename" else step.target
        entity, _, field = address.removeprefix(_ENTITY).partition("#fields.")
        found[entity].add(field)
    return {entity: frozenset(fields) for entity, fields in found.items()}


@dataclass(frozen=True)
class _Search:
    parts: Mapping[str, Part]
    wanted: Mapping[str, frozenset[str]]
    words: re.Pattern[str]

    def part(self, address: str, part: Part) -> Iterator[Use]:
        if part.get("retired"):
            return
        root = part["name"] if address.startswith(_ENTITY) else _root_of(part, self.parts)
        for path, text, entity in self._texts(part, (), root):
            for owner, field in self._resolve(text, entity):
                place = ".".join(path)
                if place != f"fields.{field}" or owner != part.get("name"):
                    yield Use(address, place, owner, field)

    def _texts(
        self, value: object, path: tuple[str, ...], root: str
    ) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """Yield the texts and keys in which a name may stand, with the entity it belongs to."""
        if isinstance(value, str):
            if self.words.search(value):
                yield path, value, root
        elif isinstance(value, list | tuple):
            for each in value:
                yield from self._texts(each, path, root)
        elif isinstance(value, Mapping):
            yield from self._in_map(value, path, root)

    def _in_map(
        self, value: Mapping[str, Any], path: tuple[str, ...], root: str
    ) -> Iterator[tuple[tuple[str, ...], str, str]]:
        if value.get("retired"):
            return
        root = root or _root_of(value, self.parts)
        for key, each in value.items():
            if key in _WORDS:
                continue
            inner = key if not root and _ENTITY + key in self.parts else root
            if self.words.search(key):
                yield (*path, key), key, root
            yield from self._texts(each, path if key == "$expression" else (*path, key), inner)

    def _resolve(self, text: str, entity: str) -> Iterator[tuple[str, str]]:
        try:
            paths = paths_of(parse(text).tree)
        except (ExpressionError, RecursionError):
            return
        for path in paths:
            yield from self._along(path, entity)

    def _along(self, path: Path, entity: str) -> Iterator[tuple[str, str]]:
        if path.root not in ("", "$record", "$old", "$head", "$each"):
            return
        current = list(_entities_of(entity, self.parts))
        for name in path.names:
            following: list[str] = []
            for each in current:
                if name in self.wanted.get(each, ()):
                    yield each, name
                field = self.parts.get(_ENTITY + each, {}).get("fields", {}).get(name, {})
                following += field.get("targets", ())
            current = following


def _root_of(part: Mapping[str, Any], parts: Mapping[str, Part]) -> str:
    for key in _ROOTS:
        named = part.get(key)
        if isinstance(named, str) and _entities_of(named, parts):
            return named
    return ""


def _entities_of(named: str, parts: Mapping[str, Part]) -> tuple[str, ...]:
    """Return the entity of a name, or all with the trait that it names."""
    if not named.startswith(TRAIT_PREFIX):
        return (named,) if _ENTITY + named in parts else ()
    trait = named.removeprefix(TRAIT_PREFIX)
    return tuple(
        part["name"]
        for address, part in parts.items()
        if address.startswith(_ENTITY) and trait in part.get("traits", ())
    )
