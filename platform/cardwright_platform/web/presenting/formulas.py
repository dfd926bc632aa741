"""A formula in the words of its reader: labels of fields, and labels of choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cardwright_entities.field_types.picklists import choice_label
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import (
    Binary,
    Find,
    Literal,
    Membership,
    Node,
    Path,
    Related,
)
from cardwright_metadata.expressions.walking import rebuild
from cardwright_platform.web.presenting.reader import Reader


def spoken(reader: Reader, entity: EntityModel, node: Node) -> str:
    """Return a formula of an entity as its reader would say it."""
    return write(_named(reader, entity, node), reader.language, _Labels(reader, entity))


@dataclass(frozen=True)
class _Labels(Mapping[str, str]):
    """What the fields behind an entity are called, by their dotted way from it."""

    reader: Reader
    entity: EntityModel

    def __getitem__(self, way: str) -> str:
        found = _end_of(self.reader, self.entity, tuple(way.split(".")))
        if found is None:
            raise KeyError(way)
        return self.reader.field_label(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entity.fields)

    def __len__(self) -> int:
        return len(self.entity.fields)


def _end_of(reader: Reader, entity: EntityModel, names: tuple[str, ...]) -> FieldModel | None:
    return _follow(reader, entity, names)[0]


def _follow(
    reader: Reader, entity: EntityModel, names: tuple[str, ...]
) -> tuple[FieldModel | None, EntityModel | None]:
    """Return the field at the end of a way, and the entity it leads to; None where none is."""
    here: EntityModel | None = entity
    found: FieldModel | None = None
    for name in names:
        found = here.fields.get(name) if here is not None else None
        if found is None or here is None:
            return None, None
        if found.type.relation == "lines":
            here = reader.model.lines_of(here, name)
        else:
            here = reader.model.entity(found.targets[0]) if len(found.targets) == 1 else None
    return found, here


def _named(reader: Reader, entity: EntityModel, node: Node) -> Node:
    """Return a tree in which a choice's code that a field is compared with is its label."""
    match node:
        case Binary(left=Path() as path, right=Literal() as value):
            return replace(node, right=_label(reader, entity, path, value))
        case Membership(operand=Path() as path):
            items = (_label(reader, entity, path, each) for each in node.items)
            return replace(node, items=tuple(items))
        case Related():
            _, asked = _follow(reader, entity, node.path.names)
            return node if asked is None else _inside(reader, asked, node)
        case Find():
            return _inside(reader, reader.model.entity(node.entity), node)
        case _:
            return _inside(reader, entity, node)


def _inside(reader: Reader, entity: EntityModel, node: Node) -> Node:
    return rebuild(node, lambda each: _named(reader, entity, each))


def _label(reader: Reader, entity: EntityModel, path: Path, value: Node) -> Node:
    if path.root or not isinstance(value, Literal) or not isinstance(value.value, str):
        return value
    field = _end_of(reader, entity, path.names)
    if field is None or value.value not in field.definition.options.get("choices", {}):
        return value
    return replace(value, value=choice_label(value.value, field.definition, reader.locale))
