"""Fields of which a reader sees a part: what is shown of them, and whether they hold a whole value.

To every name in a query they do not exist, as hidden ones do not. Two questions are answered all
the same, both here: the text that is shown, and ``=`` or ``in`` with values that one writes out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, FromClause

from cardwright_entities.errors import Message, QueryError, ValueProblem
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sources import Joins
from cardwright_metadata.expressions.tree import Binary, Literal, Membership, Node, Path, Related
from cardwright_metadata.expressions.walking import rebuild

#: Kinds of values that are found by the whole: a day would find a moment by a part of it.
_FOUND = frozenset({"text", "decimal", "date"})

Names = TypeVar("Names", bound="Hopping")


class Hopping(Protocol):
    """Names over a table that lead over links to others."""

    reading: Reading
    entity: EntityModel
    source: FromClause
    joins: Joins | None

    def field(self, name: str) -> FieldModel:
        """Return a field that exists for the reader; raise QueryError."""
        ...

    def cells(
        self, path: tuple[str, ...], *, by_key: bool = False
    ) -> tuple[FieldModel, tuple[ColumnElement[Any], ...]]:
        """Return the field at the end of a path and its columns; raise QueryError."""
        ...

    def hop(self: Names, found: FieldModel) -> Names:
        """Join the target of a link."""
        ...


def shown_cells(
    names: Hopping, path: tuple[str, ...]
) -> tuple[FieldModel, tuple[ColumnElement[Any], ...]]:
    """Return what ``cells`` of the names do, or else the field of which a part is shown."""
    try:
        return names.cells(path)
    except QueryError:
        return shown_part(names, path)


def shown_part(
    names: Hopping, path: tuple[str, ...]
) -> tuple[FieldModel, tuple[ColumnElement[Any], ...]]:
    """Return a field of which a part is shown, with its masking type, and its columns.

    Raise QueryError where no such field ends the path.
    """
    holder = _holder(names, path)
    found = holder.reading.masked(holder.entity).get(path[-1])
    if found is None:
        raise QueryError(Message.of("unknown_field", name=path[-1], entity=holder.entity.name))
    columns = holder.entity.fields[path[-1]].columns
    return found, tuple(holder.source.c[each.name] for each in columns)


def whole_column(names: Hopping, path: tuple[str, ...]) -> tuple[ColumnElement[Any], ValueType]:
    """Return the column of such a field for a comparison with whole values, and its kind."""
    found, cells = shown_part(names, path)
    return cells[0], _holder(names, path).entity.fields[found.name].value_type


def _holder(names: Hopping, path: tuple[str, ...]) -> Hopping:
    """Return the names over the record that holds the last field of a path."""
    here = names
    for name in path[:-1]:
        link = here.field(name)
        if link.type.relation != "one" or not link.targets or here.joins is None:
            raise QueryError(Message.of("unknown_field", name=path[-1], entity=here.entity.name))
        here = here.hop(link)
    return here


def ask_for_whole(reading: Reading, tree: Node, scope: EntityScope) -> Node:
    """Return the tree with the fields marked that are compared with nothing but whole values."""
    match tree:
        case Binary(operator="=", left=Path() as path, right=Literal() as value):
            marked, values = _compared(reading, scope, path, (value,))
            return replace(tree, left=marked, right=values[0])
        case Binary(operator="=", left=Literal() as value, right=Path() as path):
            marked, values = _compared(reading, scope, path, (value,))
            return replace(tree, left=values[0], right=marked)
        case Membership(operand=Path() as path) if _are_literals(tree.items):
            marked, values = _compared(reading, scope, path, tree.items)
            return replace(tree, operand=marked, items=values)
        case Related():
            try:
                inner = scope.related(tree.path)
            except UnknownNameError:
                return tree  # the check says so, with its place
            return rebuild(tree, lambda node: ask_for_whole(reading, node, inner))
    return rebuild(tree, lambda node: ask_for_whole(reading, node, scope))


def _are_literals(items: tuple[Node, ...]) -> bool:
    return all(isinstance(each, Literal) for each in items)


def _compared(
    reading: Reading, scope: EntityScope, path: Path, values: tuple[Node, ...]
) -> tuple[Path, tuple[Node, ...]]:
    field = None if path.root else _field_at(reading, scope.entity, path.names)
    written = [each.value for each in values if isinstance(each, Literal)]
    if field is None or field.value_type.kind not in _FOUND or None in written:
        return path, values
    return replace(path, whole=True), tuple(_as_stored(reading, field, each) for each in values)


def _field_at(reading: Reading, entity: EntityModel, names: tuple[str, ...]) -> FieldModel | None:
    """Return the field at the end of a path of which the reader sees a part."""
    here = entity
    for name in names[:-1]:
        link = here.fields.get(name)
        if link is None or not reading.has_field(here, name) or len(link.targets) != 1:
            return None
        here = reading.model.entity(link.targets[0])
    return here.fields[names[-1]] if names and names[-1] in reading.masked(here) else None


def _as_stored(reading: Reading, field: FieldModel, node: Node) -> Node:
    """Return a text as the field would store it: who does not see the value cannot know how."""
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        return node
    try:
        value = field.parse(node.value, reading.context)
    except ValueProblem:
        return node
    return replace(node, value=value) if isinstance(value, str) else node
