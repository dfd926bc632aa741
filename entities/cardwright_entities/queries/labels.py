"""Labels in brackets in what people write as a condition → names of fields that they may read."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.reading import Reading
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import replace_labels
from cardwright_metadata.expressions.tree import Node, Path, Related
from cardwright_metadata.expressions.walking import rebuild


def name_labels(reading: Reading, entity: EntityModel, tree: Node) -> Node:
    """Return the tree with names in place of labels, inside questions those of the related."""

    def name_of(path: Path, index: int) -> str:
        return _field_called(reading, _end(reading, entity, path, index), path, index)

    def inside(node: Node) -> Node:
        if not isinstance(node, Related):
            return rebuild(node, inside)
        path = replace_labels(node.path, name_of)
        if not isinstance(path, Path):
            return node
        related = _end(reading, entity, path, len(path.names))
        if related is None:
            return replace(node, path=path)
        return rebuild(replace(node, path=path), lambda each: name_labels(reading, related, each))

    return replace_labels(inside(tree), name_of)


def _end(reading: Reading, entity: EntityModel, path: Path, index: int) -> EntityModel | None:
    """Return the entity to which the first names of a path lead, if that is one alone."""
    here: EntityModel | None = None if path.root else entity
    for name in path.names[:index]:
        field = here.fields.get(name) if here is not None else None
        one = field is not None and len(field.targets) == 1
        here = reading.model.entity(field.targets[0]) if field is not None and one else None
    return here


def _field_called(reading: Reading, entity: EntityModel | None, path: Path, index: int) -> str:
    label = path.names[index][1:-1]
    readable = reading.readable(entity) if entity is not None else frozenset()
    found = [
        name
        for name, field in (entity.fields.items() if entity is not None else ())
        if name in readable and label in dict(field.definition.label.words).values()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"Several fields are called '{label}'; write the name of one of them."
        raise ExpressionError("ambiguous_label", message, path.at, label, ", ".join(sorted(found)))
    raise ExpressionError("unknown_label", f"No field is called '{label}'.", path.at, label)
