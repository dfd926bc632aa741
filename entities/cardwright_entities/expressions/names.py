"""How names inside expressions find their meaning: what the engine answers about a model.

Three questions, three protocols: of which type is a name (``TypeScope``), what does it hold for
one record (``Values``), which column is it in a statement (``SqlNames``). A name with a root of
the context (``$me``, ``$user``, ``$my_department``, ``$setting.stock.negative`` …) is asked of
``variable`` by its dotted spelling. In a statement ``$record.x``, ``$old.x`` and ``$each.x`` are
asked of ``root_value``; every other path of ``column``, ``$head.x`` and ``$self`` included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol, TypeGuard, runtime_checkable
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from cardwright_entities.expressions.values import ValueType
from cardwright_metadata.expressions.tree import Find, Node, Path

#: The fields that say from which day to which a record is valid.
Ends = tuple[str, str]


class UnknownNameError(Exception):
    """A name means nothing here; ``nearest`` is the right word it resembles, or empty."""

    def __init__(self, name: str, nearest: str = "") -> None:
        self.name = name
        self.nearest = nearest
        super().__init__(name)


class Clock(Protocol):
    """When and where an expression is read; a ``Context`` is one."""

    @property
    def now(self) -> datetime: ...
    @property
    def zone(self) -> ZoneInfo: ...


class TypeScope(Protocol):
    """The types of names, seen from one entity; raises UnknownNameError."""

    def type_of(self, path: Path) -> ValueType:
        """Return the type of a field, of a path over links, or of a variable by its root."""
        ...

    def related(self, path: Path) -> TypeScope:
        """Return the scope inside ``lines any (…)``: of a to-many field or a related entity."""
        ...

    def found(self, entity: str) -> TypeScope:
        """Return the scope inside ``find(<entity>, …)``; ``$record`` and ``$head`` are the asker's.

        Raise UnknownNameError for what is no entity.
        """
        ...

    def ledger(self, name: str) -> Mapping[str, ValueType]:
        """Return the dimensions of a ledger; raise UnknownNameError for what is none."""
        ...

    def period(self) -> Ends | None:
        """Return the fields of the first and last day of the records, None for others."""
        ...

    def is_entity(self, name: str) -> bool:
        """Tell whether ``company is <name>`` names an entity."""
        ...


class Values(Protocol):
    """The values of names for one record."""

    def value(self, path: Path) -> object:
        """Return the value, None when a link on the way is empty or must not be read."""
        ...

    def related(self, path: Path) -> Sequence[Values]:
        """Return the related records, in their order."""
        ...

    def variable(self, name: str) -> object:
        """Return what ``$me``, ``$my_subordinates`` or ``$setting.a.b`` stands for."""
        ...

    def entity_key(self, name: str) -> str:
        """Return the ``entity`` of RecordRefs to records of this entity."""
        ...

    def is_under(self, value: object, operand: object) -> bool:
        """Tell whether a tree's record is the operand (its record or its code) or below it."""
        ...


@runtime_checkable
class Finding(Values, Protocol):
    """Values that can also read other records, with the rights of the one who acts."""

    def find(self, node: Find) -> object:
        """Return what ``find(…)`` reads of the first record, or whether ``exists(…)`` has one."""
        ...

    def formula(self, field: Path, over: object) -> tuple[Node, Values] | None:
        """Return the formula kept in a field and the names of the record it is read over."""
        ...

    def balance(
        self, ledger: str, dimensions: Mapping[str, object], measure: str, at: date | None
    ) -> object:
        """Return the balance of a ledger, empty where it must not be read."""
        ...

    def workdays(self, first: date, last: date, calendar: object) -> object:
        """Return how many days are worked from the first to the last, both included."""
        ...


def can_find(values: Values) -> TypeGuard[Finding]:
    """Tell whether values can also read other records."""
    return _is_finding(type(values))


@cache
def _is_finding(kind: type) -> bool:
    # Kept by class: asking an object for each name of the protocol takes longer than most formulas.
    return issubclass(kind, Finding)


class SqlNames(Protocol):
    """The columns of names in one statement; the caller adds the joins that paths need."""

    @property
    def dialect(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        ...

    @property
    def context(self) -> Clock:
        """Return the context: ``today()`` and local days are bound from it."""
        ...

    def column(self, path: Path) -> tuple[ColumnElement[Any], ValueType]:
        """Return the column (of a link_any: the id) or any element that holds the value.

        On SQLite an element of kind decimal holds the scaled integer of ``ValueType.scale``,
        or has the type ``ExactDecimal`` as ``compile_value`` gives it.
        """
        ...

    def type_column(self, path: Path) -> ColumnElement[Any]:
        """Return the column of a link_any that says of which entity the record is."""
        ...

    def entity_key(self, name: str) -> str:
        """Return what such a column holds for records of this entity."""
        ...

    def related(self, path: Path) -> RelatedRows:
        """Return the related rows; raises UnknownNameError."""
        ...

    def variable(self, name: str) -> object:
        """Return what ``$me`` and its kind stand for: a value, values, an element, a select."""
        ...

    def root_value(self, path: Path) -> object:
        """Return the value of ``$record.x``, ``$old.x`` or ``$each.x``.

        A value to bind, or an element where that record is a row of the same statement.
        """
        ...

    def under(self, path: Path, operand: object) -> ColumnElement[bool]:
        """Return the condition that a tree's record is the operand or below it.

        The operand is a value (id or code) or, if it depends on the row, an element.
        """
        ...


class RelatedRows(Protocol):
    """Related rows inside one statement: a correlated subquery waiting to be asked."""

    @property
    def names(self) -> SqlNames:
        """Return the names as the related rows see them."""
        ...

    def exists(self, condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
        """Return ``exists (select … where <link> and <condition>)``."""
        ...

    def scalar(
        self, value: ColumnElement[Any], condition: ColumnElement[bool] | None
    ) -> ColumnElement[Any]:
        """Return ``(select <value> … where <link> and <condition>)``, one row, one value.

        The value is an aggregate ready made, such as ``count(*)``.
        """
        ...

    def first(
        self,
        value: ColumnElement[Any],
        condition: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]],
    ) -> ColumnElement[Any]:
        """Return the value of the first related row in an order; empty when there is none.

        The condition may read columns of the statement around it.
        """
        ...
