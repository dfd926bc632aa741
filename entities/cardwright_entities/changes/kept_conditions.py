"""Conditions that people keep: the fields that they ask, and their text with names of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cardwright_entities.changes.identities import Part
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import (
    Call,
    Find,
    Literal,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
)
from cardwright_metadata.expressions.walking import children, rebuild

_ENTITY = "entity/"


@dataclass(frozen=True)
class Step:
    """One name of a path: a field of an entity, or an entity itself (``field`` empty)."""

    entity: str
    field: str = ""


def steps_along(parts: Mapping[str, Part], entity: str, names: tuple[str, ...]) -> Iterator[Step]:
    """Yield what the names of a path mean, as far as they are known.

    A path may begin with an entity whose records point here, and then name the link that does.
    """
    at = entity
    for name in names:
        fields = parts.get(_ENTITY + at, {}).get("fields", {})
        if name in fields:
            yield Step(at, name)
            at = next(iter(fields[name].get("targets", ())), "")
        elif _ENTITY + name in parts:
            yield Step(name)
            at = name
        else:
            return


def end_of(parts: Mapping[str, Part], entity: str, names: tuple[str, ...]) -> str:
    """Return the entity whose records a path over links leads to, empty where that is not known."""
    steps = list(steps_along(parts, entity, names))
    if len(steps) < len(names) or not steps:
        return ""
    last = steps[-1]
    if not last.field:
        return last.entity
    if len(steps) > 1 and not steps[-2].field and steps[-2].entity == last.entity:
        return last.entity  # the link by which records point here, not where it leads
    field = parts[_ENTITY + last.entity]["fields"][last.field]
    return next(iter(field.get("targets", ())), "")


def fields_asked(parts: Mapping[str, Part], entity: str, text: str) -> set[Step]:
    """Return the fields that a condition asks, in questions about other records too."""
    try:
        return set(_asked(parts, entity, parse(text).tree)) if text else set()
    except (ExpressionError, RecursionError):
        return set()


def _asked(parts: Mapping[str, Part], entity: str, node: Node) -> Iterator[Step]:
    inner = entity
    match node:
        case Path(root=""):
            yield from steps_along(parts, entity, node.names)
        case Related():
            yield from _asked(parts, entity, node.path)
            inner = end_of(parts, entity, node.path.names) if not node.path.root else ""
        case RecordAt():
            yield from _asked(parts, entity, node.records)
            yield from _asked(parts, end_of(parts, entity, node.records.names), node.value)
        case Find():
            inner = node.entity
            yield from _asked(parts, inner, node.value)
        case TypeTest():
            yield from _asked(parts, entity, node.operand)
    for each in children(node):
        yield from _asked(parts, inner, each)


class Renaming:
    """What entities and fields are called in the next commit."""

    def __init__(
        self,
        parts: Mapping[str, Part],
        entities: Mapping[str, str],
        fields: Mapping[tuple[str, str], str],
    ) -> None:
        self._parts = parts
        self._entities = entities
        self._fields = fields

    def names(self, entity: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of a path from an entity as they are now."""
        found = [
            self._fields.get((step.entity, step.field), step.field)
            if step.field
            else self._entities.get(step.entity, step.entity)
            for step in steps_along(self._parts, entity, names)
        ]
        return (*found, *names[len(found) :])

    def condition(self, entity: str, text: str) -> str:
        """Return a condition as it is written now, the same text where nothing changes."""
        try:
            tree = parse(text).tree
            renamed = self._node(entity, tree)
        except (ExpressionError, RecursionError):
            return text
        return text if renamed == tree else write(renamed)

    def _node(self, entity: str, node: Node) -> Node:
        match node:
            case Path():
                return self._path(entity, node)
            case Related():
                inner = end_of(self._parts, entity, node.path.names) if not node.path.root else ""
                changed = replace(node, path=self._path(entity, node.path))
                return rebuild(changed, lambda each: self._node(inner, each))
            case RecordAt():
                return self._record_at(entity, node)
            case Find():
                now = self._entities.get(node.entity, node.entity)
                value = replace(node.value, names=self.names(node.entity, node.value.names))
                changed_find = replace(node, entity=now, value=value)
                return rebuild(changed_find, lambda each: self._node(node.entity, each))
            case TypeTest():
                now = self._entities.get(node.entity, node.entity)
                return replace(node, operand=self._path(entity, node.operand), entity=now)
            case Call(function="record", arguments=(Literal(value=str() as named), *rest)):
                first = Literal(self._entities.get(named, named))
                return replace(node, arguments=(first, *rest))
        return rebuild(node, lambda each: self._node(entity, each))

    def _path(self, entity: str, path: Path) -> Path:
        return path if path.root else replace(path, names=self.names(entity, path.names))

    def _record_at(self, entity: str, node: RecordAt) -> RecordAt:
        inner = end_of(self._parts, entity, node.records.names)
        value = replace(node.value, names=self.names(inner, node.value.names))
        changed = replace(node, records=self._path(entity, node.records), value=value)
        return replace(changed, day=self._node(entity, node.day))
