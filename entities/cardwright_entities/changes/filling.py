"""Sort keys, search tokens and the like of records older than the wish for them, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from cardwright_entities.changes.bulk_updates import RECORD, update_many
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.stored_keys import (
    duplicate_key,
    record_tokens,
    searched_fields,
)
from cardwright_entities.changes.tables import TOKENS, EntityTables, TypesOfFields
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import AnyRow, Session

_BATCH = 1_000


def fill(
    store: Store,
    context: Context,
    tables: EntityTables,
    types: TypesOfFields,
    step: Step,
    *,
    since: datetime | None = None,
) -> None:
    """Compute what a step fills for every record, or for those changed since a moment.

    Doing it twice gives the same. Each batch is a transaction, so that others write in between.
    """
    work = _Filling(tables, types, step, since)
    last: int | None = 0
    while last is not None:
        with store.giving_way():
            last = store.run_write(context, _batch_after(work, last), timeout=60)


def _batch_after(work: _Filling, last: int) -> Callable[[Session], int | None]:
    return lambda session: work.batch(session, last)


class _Filling:
    """One step's work on one entity."""

    def __init__(
        self, tables: EntityTables, types: TypesOfFields, step: Step, since: datetime | None
    ) -> None:
        self.tables = tables
        self.types = types
        self.since = since
        self.sorted = step.name.split(",") if step.fills == "sort" else []
        searched = searched_fields(tables.definition, types) if step.fills == "search" else ()
        self.searched = [(types.of(field), field) for field in searched]
        rules = step.name.split(",") if step.fills == "duplicates" else []
        self.rules = [tables.definition.duplicates[name] for name in rules]
        matched = [name for rule in self.rules for name in rule.match]
        names = dict.fromkeys([*self.sorted, *(field.name for field in searched), *matched])
        self.columns = [column for name in names for column in tables.fields.get(name, ())]

    def batch(self, session: Session, last: int) -> int | None:
        """Fill the next records behind an id; return the last one's id, None at the end."""
        table = self.tables.table
        statement = (
            select(table.c.id, *self.columns)
            .where(table.c.id > last)
            .order_by(table.c.id)
            .limit(_BATCH)
        )
        if session.dialect == "postgresql":
            statement = statement.with_for_update()
        if self.since is not None and "changed_at" in table.c:
            statement = statement.where(table.c.changed_at >= self.since)
        rows = session.rows(statement)
        if not rows:
            return None
        self._write(session, rows)
        return int(rows[-1][0]) if len(rows) == _BATCH else None

    def _write(self, session: Session, rows: Sequence[AnyRow]) -> None:
        table = self.tables.table
        targets = [self.tables.sort_columns[name] for name in self.sorted]
        targets += [self.tables.duplicate_columns[rule.name] for rule in self.rules]
        if self.searched:
            targets.append(table.c[TOKENS])
        update_many(session, table, targets, [self._values(row) for row in rows])

    def _values(self, row: AnyRow) -> dict[str, object]:
        cells: dict[str, object] = dict(
            zip((column.name for column in self.columns), row[1:], strict=True)
        )
        values: dict[str, object] = {RECORD: row[0]}
        for name in self.sorted:
            field = self.tables.definition.fields[name]
            key = self.types.of(field).sort_text(self._value(name, cells), field)
            values[self.tables.sort_columns[name].name] = key
        for rule in self.rules:
            fields = [self.tables.definition.fields[name] for name in rule.match]
            matched = {name: self._value(name, cells) for name in rule.match}
            key = duplicate_key(rule, [(self.types.of(each), each) for each in fields], matched)
            values[self.tables.duplicate_columns[rule.name].name] = key
        if self.searched:
            held = {field.name: self._value(field.name, cells) for _, field in self.searched}
            values[TOKENS] = record_tokens(self.searched, held)
        return values

    def _value(self, name: str, cells: dict[str, object]) -> object:
        field = self.tables.definition.fields[name]
        own = [cells[column.name] for column in self.tables.fields[name]]
        return self.types.of(field).from_row(own, field)
