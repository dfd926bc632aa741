"""A tree → SQL of either engine: conditions, values, aggregates, sort terms."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, func, type_coerce
from sqlalchemy.types import TypeEngine

from cardwright_entities.expressions.names import SqlNames
from cardwright_entities.expressions.sql_compiling import Compiler
from cardwright_entities.expressions.sql_dialects import typed
from cardwright_entities.expressions.sql_operands import Column, Constant
from cardwright_entities.expressions.sql_types import ExactDecimal
from cardwright_entities.expressions.sqlite_integers import stored_integer
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_metadata.expressions.tree import Expression, Node


def compile_condition(
    tree: TypedExpression | Expression | Node, names: SqlNames
) -> ColumnElement[bool]:
    """Return an element that is true exactly where ``evaluate`` gives True.

    Elsewhere it is false or null: for WHERE and ON, not to be negated. Raises ExpressionError for
    what runs in Python only.
    """
    return Compiler(names).condition(_node(tree))


def compile_value(tree: TypedExpression | Expression | Node, names: SqlNames) -> ColumnElement[Any]:
    """Return an element whose result in Python equals what ``evaluate`` gives."""
    return _result(Compiler(names), _node(tree))


def compile_aggregate(
    function: str, tree: TypedExpression | Expression | Node | None, names: SqlNames
) -> ColumnElement[Any]:
    """Return count, sum, average, min or max over the rows of a statement or group, exactly.

    Without a tree it counts rows. The sum of nothing is 0, the others are empty.
    """
    compiler = Compiler(names)
    return _readable(compiler, compiler.measure(function, None if tree is None else _node(tree)))


def compile_order(tree: TypedExpression | Expression | Node, names: SqlNames) -> ColumnElement[Any]:
    """Return an element that sorts rows as ``<`` compares the values."""
    compiler = Compiler(names)
    operand = compiler.operand(_node(tree))
    if isinstance(operand, Constant):
        return compiler.dialect.bind(operand.value)
    return compiler.dialect.sortable(operand)


def compile_stored(
    tree: TypedExpression | Expression | Node, names: SqlNames, column: TypeEngine[Any]
) -> ColumnElement[Any]:
    """Return an element to be stored in a column: of a decimal, rounded to what it holds."""
    compiler = Compiler(names)
    operand = compiler.operand(_node(tree))
    scale = getattr(column, "scale", None)
    if scale is None and not isinstance(column, Integer):
        return _result(compiler, _node(tree))
    if isinstance(operand, Column) and operand.scale == (scale or 0):
        return type_coerce(operand.element, column)
    element = compiler.dialect.element(operand, "decimal")
    if compiler.dialect.name == "postgresql":
        return type_coerce(func.round(element, scale or 0), column)
    exactly = func.cw_scaled(element, scale or 0)
    quickly = None
    if isinstance(operand, Column):
        quickly = stored_integer(_node(tree), compiler, scale or 0, exactly)
    return type_coerce(exactly if quickly is None else quickly, column)


def _node(tree: TypedExpression | Expression | Node) -> Node:
    return tree.tree if isinstance(tree, TypedExpression | Expression) else tree


def _result(compiler: Compiler, node: Node) -> ColumnElement[Any]:
    operand = compiler.operand(node)
    if isinstance(operand, Constant):
        return typed(compiler.dialect.bind(operand.value), operand.type)
    return _readable(compiler, operand)


def _readable(compiler: Compiler, operand: Column) -> ColumnElement[Any]:
    if operand.scale is None or operand.is_plain:
        return operand.element
    if compiler.dialect.name == "postgresql":
        return compiler.dialect.element(operand)
    return type_coerce(operand.element, ExactDecimal(operand.scale))
