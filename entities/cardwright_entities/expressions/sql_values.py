"""Values in statements: paths, arithmetic, functions, aggregates over related rows.

What depends on no row is evaluated by the evaluator and bound, today and ``$me`` included.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func, type_coerce
from sqlalchemy.sql.elements import ClauseElement

from cardwright_entities.expressions.evaluation import evaluate, is_identity
from cardwright_entities.expressions.names import SqlNames, Values
from cardwright_entities.expressions.sql_dialects import SqlDialect, exact_decimal, typed
from cardwright_entities.expressions.sql_operands import (
    Column,
    Constant,
    Operand,
    column_operand,
    sql_type,
    type_of_element,
)
from cardwright_entities.expressions.sql_postgresql import Postgresql
from cardwright_entities.expressions.sql_sqlite import Sqlite
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.values import DECIMAL, NULL, ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import FUNCTIONS
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.tree import (
    Binary,
    Call,
    Node,
    Path,
    Related,
    TypeTest,
    Unary,
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

    def operand(self, node: Node) -> Operand:
        """Return the value of a node: a constant if it depends on no row."""
        if self.is_given(node):
            return self.given(node)
        return _READERS[type(node)](self, node)

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
            case Related() | TypeTest() | Binary(operator="under"):
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
        return _Inside(found) if isinstance(first, ClauseElement) else found

    def given(self, node: Node) -> Constant:
        """Return the value of a node that depends on no row."""
        value = evaluate(node, _GivenValues(self.names), self.names.context)
        return Constant(value, is_identity(node))

    # -- readers -------------------------------------------------------------------------------

    def _path(self, node: Path) -> Operand:
        outside = self._outside(node)
        if isinstance(outside, _Inside) and outside.found is not None:
            return self._foreign(outside.found)
        element, type_ = self.names.column(node)
        if type_.kind == "record" and not type_.entity:
            return Column(type_, element, owner=self.names.type_column(node))
        return column_operand(element, type_, self.dialect.name)

    def _foreign(self, found: Any) -> Operand:
        """Take what a variable or a given record stands for: an element, or a select of ids."""
        if isinstance(found, tuple):
            return column_operand(found[0], found[1], self.dialect.name)
        if not isinstance(found, ColumnElement):
            return Column(ValueType("list"), found)
        return column_operand(found, type_of_element(found), self.dialect.name)

    def _unary(self, node: Unary) -> Operand:
        operand = self.operand(node.operand)
        if isinstance(operand, Constant) and operand.value is None:
            return operand
        return Column(DECIMAL, self.dialect.negative(self.dialect.element(operand)))

    def _arithmetic(self, node: Binary) -> Operand:
        left, right = self.operand(node.left), self.operand(node.right)
        for each in (left, right):
            if isinstance(each, Constant) and each.value is None:
                return each
        kinds = left.type.kind, right.type.kind
        first, second = self.dialect.element(left), self.dialect.element(right)
        if kinds == ("decimal", "decimal"):
            return Column(DECIMAL, self.dialect.arithmetic(node.operator, first, second))
        if kinds[1] == "duration" and kinds[0] in ("date", "datetime"):
            span = second if node.operator == "+" else -second
            return self._calculated(self.dialect.shift(first, kinds[0], span), left.type)
        if kinds[0] == kinds[1] and node.operator == "-" and kinds[0] in ("date", "datetime"):
            return Column(DECIMAL, self.dialect.days_between(second, first, kinds[0]))
        raise ExpressionError("wrong_type", "These kinds cannot be calculated with.", node.at)

    def _calculated(self, element: ColumnElement[Any], type_: ValueType) -> Column:
        """Return an element that has the SQL type of its kind already."""
        return Column(ValueType(type_.kind, entity=type_.entity), element)

    def _call(self, node: Call) -> Operand:
        function = FUNCTIONS[node.function]
        if "sql" not in function.backends or function.result in ("period", "record"):
            raise ExpressionError(
                "not_allowed", f"'{node.function}' cannot stand in a condition.", node.at
            )
        if node.function == "if":
            return self._if(node)
        given = [self.operand(each) for each in node.arguments]
        if node.function == "coalesce":
            return self._coalesce(given)
        if _is_empty(node.function, given):
            return Constant(None)
        if node.function in ("min", "max"):
            return self._chosen(node.function, given)
        if node.function == "average":
            return self._mean(given)
        result = _result(node.function, given)
        return self._calculated(self.dialect.call(node.function, given, result), result)

    def _if(self, node: Call) -> Operand:
        condition, *branches = node.arguments
        chosen = [*(self.operand(each) for each in branches), Constant(None)][:2]
        type_ = _common(chosen)
        first, second = (self.dialect.element(each, type_.kind) for each in chosen)
        if type_ == NULL:
            return Constant(None)
        template = "CASE WHEN {0} THEN {1} ELSE {2} END"
        return self._written(template, type_, self.condition(condition), first, second)

    def _coalesce(self, given: Sequence[Operand]) -> Operand:
        type_ = _common(given)
        if type_ == NULL:
            return Constant(None)
        elements = [self.dialect.element(each, type_.kind) for each in given]
        places = ", ".join(f"{{{index}}}" for index in range(len(elements)))
        # SQLite's coalesce takes two at least.
        return self._written(f"coalesce({places}, NULL)", type_, *elements)

    def _written(self, template: str, type_: ValueType, *arguments: ColumnElement[Any]) -> Column:
        plain = ValueType(type_.kind, entity=type_.entity)
        return Column(plain, written(template, sql_type(plain), *arguments))

    def _chosen(self, function: str, given: Sequence[Operand]) -> Operand:
        kind = _common(given).kind
        elements = [self.dialect.element(each) for each in given]
        return self._calculated(
            self.dialect.strictly_chosen(function, elements, kind), ValueType(kind)
        )

    def _mean(self, given: Sequence[Operand]) -> Operand:
        elements = [self.dialect.element(each) for each in given]
        whole = elements[0]
        for each in elements[1:]:
            whole = self.dialect.arithmetic("+", whole, each)
        return exact_decimal(self.dialect.arithmetic("/", whole, self.dialect.bind(len(elements))))

    def _aggregate(self, node: Related) -> Operand:
        rows = self.names.related(node.path)
        inner = self.over(rows.names)
        where = None if node.where is None else inner.condition(node.where)
        measured = inner.measure(node.quantifier, node.value)
        return _held(rows.scalar(measured.element, where), measured)

    def measure(self, function: str, value: Node | None) -> Column:
        """Return an aggregate over the rows: count, or sum, average, min, max of a value."""
        if value is None:
            return Column(DECIMAL, func.count(), scale=0)
        operand = self.operand(value)
        if isinstance(operand, Constant):
            operand = self._calculated(self.dialect.bind(operand.value), operand.type)
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


def _is_empty(function: str, given: Sequence[Operand]) -> bool:
    """Tell whether an argument is known to be empty, and so the result."""
    if function == "concat":
        return False
    if function == "replace":
        given = given[:2]
    return any(isinstance(each, Constant) and each.value is None for each in given)


def _common(given: Sequence[Operand]) -> ValueType:
    """Return the kind of values of which some may be empty."""
    types = [each.type for each in given if each.type != NULL]
    return types[0] if types else NULL


def _result(function: str, given: Sequence[Operand]) -> ValueType:
    kind = FUNCTIONS[function].result
    if kind == "first":
        return given[0].type
    if function == "days" and len(given) == 2:
        return DECIMAL
    return ValueType(kind)


_READERS: Mapping[type, Callable[[Any, Any], Operand]] = MappingProxyType(
    {
        Path: ValueCompiler._path,
        Unary: ValueCompiler._unary,
        Binary: ValueCompiler._arithmetic,
        Call: ValueCompiler._call,
        Related: ValueCompiler._aggregate,
    }
)
