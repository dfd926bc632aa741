"""Conditions of partial unique indexes, as SQL text for a statement that cannot bind values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, column
from sqlalchemy.engine import make_url
from sqlalchemy.exc import CompileError

from cardwright_entities.changes.tables import EntityTables, TypesOfFields
from cardwright_entities.errors import Message, PlanError
from cardwright_entities.expressions.names import Clock, RelatedRows
from cardwright_entities.expressions.sql_compiling import Compiler
from cardwright_entities.expressions.values import ValueType
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Expression, Path

_URLS = {"postgresql": "postgresql+psycopg://", "sqlite": "sqlite+pysqlite://"}


class Predicates(Protocol):
    """Turns a condition on one record into SQL without parameters."""

    def write(self, condition: Expression, tables: EntityTables) -> str:
        """Return the SQL text; raise PlanError where the condition cannot stand in an index."""
        ...


class ConditionWriter:
    """Writes conditions with their constants inside."""

    def __init__(self, dialect: str, types: TypesOfFields) -> None:
        self.dialect = dialect
        self.types = types

    def write(self, condition: Expression, tables: EntityTables) -> str:
        """Return the SQL text; raise PlanError where the condition cannot stand in an index."""
        names = OwnColumns(self.dialect, tables, self.types, condition.text)
        dialect = make_url(_URLS[self.dialect]).get_dialect()()
        try:
            found = Compiler(names).condition(condition.tree)
            compiled = found.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        except (ExpressionError, CompileError) as error:
            raise _not_indexable(condition.text) from error
        return f"({compiled})".replace("%%", "%")


@dataclass(frozen=True)
class _NoClock:
    """A clock that refuses to be read: what stands in an index depends on no moment."""

    text: str
    zone: ZoneInfo = ZoneInfo("UTC")

    @property
    def now(self) -> datetime:
        """Refuse."""
        raise _not_indexable(self.text)


@dataclass(frozen=True)
class OwnColumns:
    """The names that one record's own stored fields give; without a clock those of an index."""

    dialect: str
    tables: EntityTables
    types: TypesOfFields
    text: str
    clock: Clock | None = None

    @property
    def context(self) -> Clock:
        """Return the clock, or one that has a zone only."""
        return _NoClock(self.text) if self.clock is None else self.clock

    def column(self, path: Path) -> tuple[ColumnElement[Any], ValueType]:
        """Return a column of the record, without the table's name before it."""
        columns = self.tables.fields.get(path.names[0]) if len(path.names) == 1 else None
        if path.root or not columns:
            self._refuse()
        field = self.tables.definition.fields[path.names[0]]
        return column(columns[0].name, columns[0].type), self.types.of(field).value_type(field)

    def type_column(self, path: Path) -> ColumnElement[Any]:
        """Return the column that says of which entity the record behind a link is."""
        columns = self.tables.fields.get(path.names[0], ()) if path.names else ()
        if len(columns) < 2:
            self._refuse()
        return column(columns[1].name, columns[1].type)

    def entity_key(self, name: str) -> str:
        """Refuse: which entity a name means is not known to an index."""
        self._refuse()

    def related(self, path: Path) -> RelatedRows:
        """Refuse: an index knows one record."""
        self._refuse()

    def variable(self, name: str) -> object:
        """Refuse: an index knows no reader."""
        self._refuse()

    def root_value(self, path: Path) -> object:
        """Refuse: an index knows one record."""
        self._refuse()

    def under(self, path: Path, operand: object) -> ColumnElement[bool]:
        """Refuse: an index knows no tree."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise _not_indexable(self.text)


def _not_indexable(text: str) -> PlanError:
    return PlanError(Message.of("condition_not_indexable", text=text), stale=False)
