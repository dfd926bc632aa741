"""What people and programs write as a condition → a typed tree, with helpful refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.checking import check_condition, check_types
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.scopes import EntityScope, offered_scope
from cardwright_entities.queries.known_links import compared_with_known
from cardwright_entities.queries.known_settings import refuse_unread_settings
from cardwright_entities.queries.labels import name_labels
from cardwright_entities.queries.many import ask_for_any
from cardwright_entities.queries.masked import ask_for_whole
from cardwright_entities.queries.reading import Reading
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.json_filters import from_json
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.query_limits import check_query_limits
from cardwright_metadata.expressions.tree import Binary, Literal, Node, Path
from cardwright_metadata.expressions.walking import rebuild


def read_condition(
    reading: Reading, entity_name: str, text: str = "", filter_: Mapping[str, Any] | None = None
) -> Node | None:
    """Return the tree of a text condition and a JSON filter together, None for neither.

    Raise QueryError with the character and the nearest right word.
    """
    parts: list[Node] = []
    try:
        if text.strip():
            written = parse(text).tree
            parts.append(name_labels(reading, reading.model.entity(entity_name), written))
        if filter_:
            parts.append(from_json(filter_))
        if not parts:
            return None
        tree = reduce(lambda left, right: Binary("and", left, right), parts)
        check_query_limits(tree)
        refuse_unread_settings(reading, tree)
    except ExpressionError as error:
        raise refused(error) from error
    return typed_condition(reading, entity_name, tree)


def typed_condition(reading: Reading, entity_name: str, tree: Node) -> Node:
    """Return a tree with its literals in the types of what they are compared with."""
    entity = reading.model.entity(entity_name)
    scope = reader_scope(reading, entity)
    try:
        asked = ask_for_whole(reading, ask_for_any(tree, scope), scope)
        return check_condition(asked, scope)
    except ExpressionError as error:
        raise refused(error) from error


def reader_scope(reading: Reading, entity: EntityModel) -> EntityScope:
    """Return the names of an entity that exist for the reader."""
    return EntityScope(reading.model, entity, readable=reading.readable, masked=reading.masked)


def refused(error: ExpressionError) -> QueryError:
    """Return what is answered to a condition that cannot be read."""
    return QueryError(Message.of_expression("bad_condition", error), at=error.at)


def bound_condition(
    reading: Reading,
    entity_name: str,
    tree: Node,
    holder: EntityModel,
    given: Callable[[tuple[str, ...]], object],
) -> Node:
    """Return a link's condition with ``$record`` replaced by what its form holds so far."""
    entity = reading.model.entity(entity_name)
    scope = offered_scope(reading.model, entity, holder)
    try:
        typed = check_condition(tree, scope)
    except ExpressionError as error:
        raise refused(error) from error

    def known(path: Path) -> object:
        return given(("head", *path.names) if path.root == "$head" else path.names)

    def change(node: Node) -> Node:
        reference = compared_with_known(node, scope.roots, known)
        if reference is not None:
            return reference
        if isinstance(node, Path) and node.root in scope.roots:
            value = known(node)
            number = Decimal(value) if isinstance(value, int) else value
            return Literal(number if isinstance(number, str | Decimal | bool | date) else None)
        return rebuild(node, change)

    return change(typed)


def read_value(reading: Reading, entity_name: str, text: str) -> TypedExpression:
    """Return a value to measure with its type, such as quantity * price; raise QueryError."""
    scope = reader_scope(reading, reading.model.entity(entity_name))
    try:
        written = parse(text)
        refuse_unread_settings(reading, written.tree)
        return check_types(written, scope, backends=frozenset({"sql"}))
    except ExpressionError as error:
        raise refused(error) from error


def read_expression(text: str, reading: Reading | None = None) -> Node:
    """Return the tree of a text without looking at its names; raise QueryError.

    ``reading``: of whom it comes from, whose settings it may name.
    """
    try:
        tree = parse(text).tree
        if reading is not None:
            refuse_unread_settings(reading, tree)
        return tree
    except ExpressionError as error:
        raise refused(error) from error
