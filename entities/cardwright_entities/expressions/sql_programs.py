"""A calculation → one call of a program, with the columns that it reads as arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from sqlalchemy import Text
from sqlalchemy import literal as bound

from cardwright_entities.expressions.moments import Period
from cardwright_entities.expressions.node_kinds import is_test, is_under
from cardwright_entities.expressions.programs import program
from cardwright_entities.expressions.sql_dialects import SqlDialect, refuse_python_only
from cardwright_entities.expressions.sql_operands import (
    Column,
    Constant,
    Element,
    Operand,
    sql_type,
)
from cardwright_entities.expressions.sql_writing import written
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.expressions.wire import LETTERS
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import (
    Call,
    Literal,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
)
from cardwright_metadata.expressions.walking import rebuild


@dataclass
class Building:
    """One program in the making.

    ``given`` tells of a node that is known beforehand, ``outside`` makes the operand of one that
    only the statement can answer: a column, a question about related rows.
    """

    given: Callable[[Node], Constant | None]
    outside: Callable[[Node], Operand]
    dialect: SqlDialect
    arguments: list[Element] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    def build(self, node: Node) -> Column:
        """Return the call of the program that a node is."""
        tree, _ = self._inline(node)
        text, signature = write(tree), " ".join(self.letters)
        result = program(text, signature).type
        places = "".join(f", {{{index + 3}}}" for index in range(len(self.arguments)))
        head = [bound(each, Text()) for each in (text, signature, self.dialect.zone)]
        call = written(
            f"cw_run({{0}}, {{1}}, {{2}}{places})", sql_type(result), *head, *self.arguments
        )
        return Column(result, call)

    def _inline(self, node: Node) -> tuple[Node, bool]:
        """Return the node over arguments, and whether it gives something else than a value."""
        known = self.given(node)
        if known is not None:
            return self._known(known)
        if isinstance(node, Path | Related | RecordAt | TypeTest) or is_under(node):
            return self._argument(self.outside(node))
        if isinstance(node, Call):
            refuse_python_only(node)
        mark = len(self.arguments)
        foreign = False

        def change(child: Node) -> Node:
            nonlocal foreign
            inlined, is_foreign = self._inline(child)
            foreign = foreign or is_foreign
            return inlined

        inlined = rebuild(node, change)
        if foreign and is_test(node):
            # Links, lists and periods are compared by the statement.
            del self.arguments[mark:], self.letters[mark:]
            return self._argument(self.outside(node))
        return inlined, foreign

    def _known(self, constant: Constant) -> tuple[Node, bool]:
        value = constant.value
        if value is None or isinstance(value, str | bool):
            return Literal(value), False
        if isinstance(value, Period | tuple | RecordRef):
            return Literal(None), True
        if isinstance(value, Decimal | date | time) or not isinstance(value, int):
            return self._argument(constant)
        return Literal(Decimal(value)), False

    def _argument(self, operand: Operand) -> tuple[Node, bool]:
        if isinstance(operand, Constant) and operand.value is None:
            return Literal(None), False
        kind = operand.type.kind
        name = Path((f"a{len(self.arguments)}",))
        if isinstance(operand, Column) and operand.scale is not None:
            self.arguments.append(operand.element)
            self.letters.append(f"{LETTERS[kind]}{operand.scale}")
        else:
            self.arguments.append(self.dialect.element(operand))
            self.letters.append(LETTERS[kind])
        return name, kind in ("record", "list", "json")
