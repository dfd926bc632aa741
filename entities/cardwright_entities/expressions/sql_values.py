"""Values in statements: paths, aggregates over related rows, what is known beforehand.

What depends on no row is evaluated by the evaluator and bound, today and ``$me`` included.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func, type_coerce
from sqlalchemy.sql.elements import ClauseElement

from cardwright_entities.expressions.evaluation import evaluate, is_identity
from cardwright_entities.expressions.names import SqlNames, Values
from cardwright_entities.expressions.node_kinds import is_calculation
from cardwright_entities.expressions.sql_dialects import SqlDialect, typed
from cardwright_entities.expressions.sql_operands import (
    Column,
    Constant,
    Operand,
    column_operand,
    type_of_element,
)
from cardwright_entities.expressions.sql_postgresql import Postgresql
from cardwright_entities.expressions.sql_sqlite import Sqlite
from cardwright_entities.expressions.values import DECIMAL, ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.tree import (
    Binary,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
)
from cardwright_metadata.expressions.walking import children
from cardwright_metadata.expressions.words import CONTEXT_ROOTS

_DIALECTS: Mapping[str, type[SqlDialect]] = MappingProxyType(
    {"sqlite": Sqlite, "postgresql": Postgresql}
)
_GIVEN_ROOTS = frozenset({"$record", "$old", "$each"})


class ValueCompiler(ABC):
    """Compiles the values of trees over the names of one source in one statement."""

    def __init__(self, names: SqlNames) -> None:
        self.names = names
        self.zone = names.context.zone
        self.dialect = _DIALECTS[names.dialect](self.zone.key)
        self._given: dict[int, bool] = {}

    @abstractmethod
    def condition(self, node: Node, positive: bool = True) -> ColumnElement[bool]:
        """Return what is true exactly where the node (or its opposite) holds."""

    @abstractmethod
    def over(self, names: SqlNames) -> ValueCompiler:
        """Return the compiler of related rows."""

    @abstractmethod
    def outside(self, node: Node) -> Operand:
        """Return the value of a node that is no mere calculation."""

    def operand(self, node: Node) -> Operand:
        """Return the value of a node: a constant if it depends on no row."""
        if self.is_given(node):
            return self.given(node)
        if is_calculation(node):
            return self.dialect.calculate(node, self)
        return self.outside(node)

    def constant(self, node: Node) -> Constant | None:
        """Return the value of a node if it depends on no row."""
        return self.given(node) if self.is_given(node) else None

    # -- what is known before ------------------------------------------------------------------

    def is_given(self, node: Node) -> bool:
        """Tell whether a node depends on no row."""
        known = self._given.get(id(node))
        if known is None:
            known = self._depends_on_nothing(node)
            self._given[id(node)] = known
        return known

    def _depends_on_nothing(self, node: Node) -> bool:
        match node:
            case Path():
                return not isinstance(self._outside(node), _Inside)
            case Related() | RecordAt() | TypeTest() | Binary(operator="under"):
                return False
        return all(self.is_given(each) for each in children(node))

    def _outside(self, path: Path) -> object:
        """Return the value of a path that reads no row of this source, else ``_Inside``."""
        if path.root in CONTEXT_ROOTS:
            found = self.names.variable(dotted(path))
        elif path.root in _GIVEN_ROOTS:
            found = self.names.root_value(path)
        else:
            return _Inside()
        first = found[0] if isinstance(found, tuple) and found else found
        return _Inside(found) if isinstance(first, ClauseElement | Column) else found

    def given(self, node: Node) -> Constant:
        """Return the value of a node that depends on no row."""
        value = evaluate(node, _GivenValues(self.names), self.names.context)
        return Constant(value, is_identity(node))

    # -- what the statement finds --------------------------------------------------------------

    def path(self, node: Path) -> Operand:
        outside = self._outside(node)
        if isinstance(outside, _Inside) and outside.found is not None:
            return self._foreign(outside.found)
        return self.column(node)

    def column(self, node: Path) -> Column:
        """Return what the names have for a path of this source."""
        element, type_ = self.names.column(node)
        if type_.kind == "record" and not type_.entity:
            return Column(type_, element, owner=self.names.type_column(node))
        return column_operand(element, type_, self.dialect.name)

    def _foreign(self, found: Any) -> Operand:
        """Take what a variable or a given record stands for: an element, or a select of ids."""
        if isinstance(found, Column):
            return found
        if isinstance(found, tuple):
            return column_operand(found[0], found[1], self.dialect.name)
        if not isinstance(found, ColumnElement):
            return Column(ValueType("list"), found)
        return column_operand(found, type_of_element(found), self.dialect.name)

    def aggregate(self, node: Related) -> Operand:
        rows = self.names.related(node.path)
        inner = self.over(rows.names)
        if node.value is not None:
            nothing = inner.constant(node.value)
            if nothing is not None and nothing.value is None:
                # No statement could tell of which kind this is.
                return Constant(Decimal(0) if node.quantifier == "sum" else None)
        where = None if node.where is None else inner.condition(node.where)
        measured = inner.measure(node.quantifier, node.value)
        return _held(rows.scalar(measured.element, where), measured)

    def measure(self, function: str, value: Node | None) -> Column:
        """Return an aggregate over the rows: count, or sum, average, min, max of a value."""
        if value is None:
            return Column(DECIMAL, func.count(), scale=0)
        operand = self.operand(value)
        if isinstance(operand, Constant):
            operand = Column(operand.type, self.dialect.bind(operand.value))
        if function == "count":
            return Column(DECIMAL, func.count(operand.element), scale=0)
        if function == "sum":
            return self.dialect.total(operand)
        if function == "average":
            return self.dialect.average(operand)
        return self.dialect.extreme(function, operand)


class _Inside:
    """The mark of a path whose value the statement finds."""

    def __init__(self, found: object = None) -> None:
        self.found = found


class _GivenValues:
    """The names that stand for a value known before the statement."""

    def __init__(self, names: SqlNames) -> None:
        self.names = names

    def value(self, path: Path) -> object:
        return self.names.root_value(path)

    def related(self, path: Path) -> Sequence[Values]:
        raise ExpressionError("not_allowed", "This cannot be asked here.", path.at)

    def variable(self, name: str) -> object:
        return self.names.variable(name)

    def entity_key(self, name: str) -> str:
        return self.names.entity_key(name)

    def is_under(self, value: object, operand: object) -> bool:
        raise ExpressionError("not_allowed", "This cannot be asked here.")


def _held(element: ColumnElement[Any], like: Column) -> Column:
    """Return an element that holds its value as another does."""
    if like.scale is not None:
        return Column(like.type, type_coerce(element, BigInteger()), scale=like.scale)
    return Column(like.type, typed(element, like.type))
