"""How many columns a table may still get: PostgreSQL counts those that were dropped too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from cardwright_entities.changes.steps import Step
from cardwright_entities.store.sessions import Session

_LIMITS = {"postgresql": 1_600, "sqlite": 2_000}
#: From here on a plan says it.
_WARNED_FROM = 0.8

_POSTGRESQL = text(
    "SELECT max(a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relname = :name AND c.relnamespace = current_schema()::regnamespace"
)
_SQLITE = text("SELECT count(*) FROM pragma_table_xinfo(:name)")


@dataclass(frozen=True)
class Budget:
    """The columns of one table: how many ever, how many more the plan adds, how many fit."""

    table: str
    used: int
    added: int
    limit: int

    @property
    def is_exceeded(self) -> bool:
        """Tell whether the plan asks for more than fit."""
        return self.used + self.added > self.limit

    @property
    def is_tight(self) -> bool:
        """Tell whether people should know."""
        return self.used + self.added > self.limit * _WARNED_FROM


def measure_budgets(session: Session, steps: Sequence[Step]) -> tuple[Budget, ...]:
    """Return the budgets of the tables that get columns."""
    added = Counter(step.name.partition(".")[0] for step in steps if step.kind == "add_column")
    query = _POSTGRESQL if session.dialect == "postgresql" else _SQLITE
    return tuple(
        Budget(
            table, int(session.scalar(query, {"name": table}) or 0), more, _LIMITS[session.dialect]
        )
        for table, more in added.items()
    )
