"""Calculations on PostgreSQL: arithmetic, functions and choices written in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import BigInteger, Text
from sqlalchemy import literal as bound

from cardwright_entities.expressions.postgresql_functions import (
    DAYS_BETWEEN,
    FUNCTIONS,
    QUOTIENT,
    SHIFTED,
    edge_template,
)
from cardwright_entities.expressions.sql_dialects import Compiling, SqlDialect, refuse_python_only
from cardwright_entities.expressions.sql_operands import (
    Column,
    Constant,
    Element,
    Operand,
    sql_type,
)
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.values import DECIMAL, DURATION, INTEGER, NULL, ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import FUNCTIONS as KNOWN
from cardwright_metadata.expressions.tree import Binary, Call, Node, Unary

#: The names of kinds in PostgreSQL's own functions.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "decimal": "numeric",
        "text": "text",
        "date": "date",
        "datetime": "timestamptz",
        "time": "time",
    }
)


@dataclass(frozen=True)
class Calculating:
    """Writes the calculations of one statement."""

    compiling: Compiling
    dialect: SqlDialect

    def write(self, node: Node) -> Operand:
        """Return a calculation; empty if one of its operands is known to be."""
        match node:
            case Unary():
                return self._column("(- {0})", DECIMAL, self.compiling.operand(node.operand))
            case Binary():
                return self._arithmetic(node)
            case Call():
                refuse_python_only(node)
                return self._call(node)
        raise ExpressionError("not_allowed", "This cannot be calculated here.", node.at)

    def _arithmetic(self, node: Binary) -> Operand:
        left, right = self.compiling.operand(node.left), self.compiling.operand(node.right)
        kinds = left.type.kind, right.type.kind
        if "null" in kinds:
            return Constant(None)
        if kinds == ("decimal", "decimal"):
            template = QUOTIENT if node.operator == "/" else f"({{0}} {node.operator} {{1}})"
            return self._column(template, DECIMAL, left, right)
        if kinds[0] in SHIFTED and right.type == DURATION:
            template = SHIFTED[kinds[0]]
            if node.operator == "-":
                template = template.replace("{1}", "(- {1})")
            return self._column(template, left.type, left, right)
        if kinds == ("date", "date") and node.operator == "-":
            return self._column("({0} - {1})::numeric", INTEGER, left, right)
        if kinds == ("datetime", "datetime") and node.operator == "-":
            return self._column(DAYS_BETWEEN, DECIMAL, left, right)
        raise ExpressionError("wrong_type", "These kinds cannot be calculated with.", node.at)

    def _call(self, node: Call) -> Operand:
        if node.function == "if":
            return self._if(node)
        given = [self.compiling.operand(each) for each in node.arguments]
        if node.function == "coalesce":
            places = ", ".join(f"{{{index}}}" for index in range(len(given)))
            return self._chosen(f"coalesce({places})", given)
        needed = given[:2] if node.function == "replace" else given
        if node.function != "concat" and any(each.type == NULL for each in needed):
            return Constant(None)
        if node.function in ("min", "max"):
            return self._extreme(node.function, given)
        if node.function == "average":
            return self._mean(given)
        return self._function(node.function, given)

    def _if(self, node: Call) -> Operand:
        condition, *branches = node.arguments
        chosen = [*(self.compiling.operand(each) for each in branches), Constant(None)][:2]
        holds = self.compiling.condition(condition)
        return self._chosen("CASE WHEN {2} THEN {0} ELSE {1} END", chosen, holds)

    def _chosen(self, template: str, given: Sequence[Operand], *more: Element) -> Operand:
        types = [each.type for each in given if each.type != NULL]
        if not types:
            return Constant(None)
        elements = [self._element(each, types[0]) for each in given]
        plain = ValueType(types[0].kind, entity=types[0].entity)
        return Column(plain, written(template, sql_type(plain), *elements, *more))

    def _extreme(self, function: str, given: Sequence[Operand]) -> Operand:
        # The functions behind the aggregates: unlike least() they keep to empty values.
        kind = given[0].type.kind
        name = f"{_NAMES[kind]}_{'smaller' if function == 'min' else 'larger'}"
        collation = ' COLLATE "C"' if kind == "text" else ""
        template = f"{name}({{0}}{collation}, {{1}}{collation})"
        chosen = given[0]
        for each in given[1:]:
            chosen = self._column(template, given[0].type, chosen, each)
        return chosen

    def _mean(self, given: Sequence[Operand]) -> Operand:
        whole = given[0]
        for each in given[1:]:
            whole = self._column("({0} + {1})", DECIMAL, whole, each)
        return self._column(QUOTIENT, DECIMAL, whole, Constant(Decimal(len(given))))

    def _function(self, name: str, given: Sequence[Operand]) -> Operand:
        kinds = [each.type.kind for each in given]
        if name in ("start_of", "end_of"):
            unit = given[0].value if isinstance(given[0], Constant) else None
            template = edge_template(name, unit, kinds[1])
        else:
            template = FUNCTIONS[name](kinds)
        elements = [self.dialect.element(each) for each in given]
        if "{z}" in template:
            template = template.replace("{z}", f"{{{len(elements)}}}")
            elements.append(bound(self.dialect.zone, Text()))
        result = _result(name, given)
        return Column(result, written(template, sql_type(result), *elements))

    def _column(self, template: str, type_: ValueType, *given: Operand) -> Operand:
        if any(each.type == NULL for each in given):
            return Constant(None)
        plain = ValueType(type_.kind)
        elements = [self.dialect.element(each) for each in given]
        return Column(plain, written(template, sql_type(plain), *elements))

    def _element(self, operand: Operand, type_: ValueType) -> Element:
        if type_.kind == "record" and isinstance(operand, Constant):
            number = getattr(operand.value, "id", operand.value)
            return bound(number, BigInteger())
        return self.dialect.element(operand)


def _result(function: str, given: Sequence[Operand]) -> ValueType:
    kind = KNOWN[function].result
    if kind == "first":
        return ValueType(given[0].type.kind)
    if function == "days" and len(given) == 2:
        return DECIMAL
    return ValueType(kind)
