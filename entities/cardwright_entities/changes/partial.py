"""Conditions of partial unique indexes, as SQL text for a statement that cannot bind values."""

from __future__ import annotations

from typing import Protocol

from cardwright_entities.changes.tables import EntityTables
from cardwright_entities.errors import Message, PlanError
from cardwright_metadata.expressions.tree import Expression


class Predicates(Protocol):
    """Turns a condition on one record into SQL without parameters."""

    def write(self, condition: Expression, tables: EntityTables) -> str:
        """Return the SQL text; raise PlanError where the condition cannot stand in an index."""
        ...


class ConditionWriter:
    """Writes conditions with their constants inside."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def write(self, condition: Expression, tables: EntityTables) -> str:
        """Return the SQL text; raise PlanError where the condition cannot stand in an index."""
        raise PlanError(Message.of("condition_not_indexable", text=condition.text), stale=False)
