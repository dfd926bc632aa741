"""Values of a field move to its new column: batch by batch, then what was written meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, select, text

from cardwright_entities.changes.bulk_updates import RECORD, update_many
from cardwright_entities.changes.conversion_rows import (
    Progress,
    Reject,
    forget_touched,
    read_progress,
    touched,
    write_progress,
    write_rejects,
)
from cardwright_entities.changes.conversions import (
    Convert,
    TypedField,
    find_conversion,
    typed_field,
)
from cardwright_entities.changes.exact_sql import exact_sql
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import EntityTables, TypesOfFields, build_tables
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, PlanError, ValueProblem
from cardwright_entities.locales import Locale
from cardwright_entities.store.sessions import AnyRow, Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.currencies import RATE

_BATCH = 1_000
#: Records written meanwhile that may be left for the moment of publishing.
FEW = 100


@dataclass(frozen=True)
class Converted:
    """What became of one record's value: the new one, or why there is none."""

    record: int
    cells: tuple[object, ...]
    problem: Message | None = None


class Conversion:
    """The move of one field; ``step.conversion`` names the field and where its values are kept."""

    def __init__(
        self,
        context: Context,
        catalog: Catalog,
        types: TypesOfFields,
        step: Step,
        dialect: str,
        *,
        planned: bool = False,
    ) -> None:
        self.planned = planned  # new columns are not there yet
        self.context = context
        self.catalog = catalog
        self.types = types
        self.target = step.name
        self.refuses = step.conversion["rejects"] == "refuse"
        definition = catalog.entity(step.target.partition("/")[2].partition("#")[0])
        self.tables: EntityTables = build_tables(definition, catalog, types, dialect)
        self.new = self._typed(step.conversion["field"])
        self.old = self._typed(step.conversion["kept"])
        former = step.conversion.get("former", "")
        self.former = self._typed(former) if former else None
        self.convert = self._conversion(self.old, self.new)
        self.forward = self._conversion(self.former, self.old) if self.former else None
        self.exact = (
            None
            if former
            else exact_sql(self.old, self.new, self._columns(self.old)[0].name, dialect)
        )

    # -- batches ---------------------------------------------------------------------------

    def batch(self, session: Session, commit: int) -> bool:
        """Convert the next records, with their progress; return whether there are more."""
        progress = read_progress(session, self.target)
        table = self.tables.table
        found = session.rows(
            select(table.c.id)
            .where(table.c.id > progress.position)
            .order_by(table.c.id)
            .limit(_BATCH)
        )
        if not found:
            return False
        first, last = int(found[0][0]), int(found[-1][0])
        done = self._convert_exactly(session, first, last)
        statement = self._select().where(table.c.id.between(first, last))
        if self.exact is not None:
            statement = statement.where(text(f"NOT ({self.exact.condition})"))
        rows = session.rows(_locked(statement, session))
        done += self._write(session, commit, rows, [int(row[0]) for row in rows])
        write_progress(session, self.target, commit, Progress(last, progress.converted + done))
        return len(found) == _BATCH

    def again(self, session: Session, commit: int, limit: int = _BATCH) -> bool:
        """Convert records that were written meanwhile; return whether many more may wait."""
        notes, records = touched(session, self.target, limit)
        if records:
            statement = self._select(empty=True).where(self.tables.table.c.id.in_(records))
            self._write(session, commit, session.rows(_locked(statement, session)), records)
            forget_touched(session, notes)
        return len(notes) > FEW

    def catch_up(self, session: Session, commit: int) -> None:
        """Convert all that is left, while nobody writes."""
        while self.again(session, commit):
            pass

    # -- looking only ------------------------------------------------------------------------

    def rejects(self, session: Session) -> Iterator[Converted]:
        """Yield every value that would not convert, without changing anything."""
        last = 0
        while True:
            table = self.tables.table
            statement = self._select().where(table.c.id > last).order_by(table.c.id)
            if self.exact is not None:
                statement = statement.where(text(f"NOT ({self.exact.condition})"))
            rows = session.rows(statement.limit(_BATCH))
            yield from (each for each in self._converted(session, rows) if each.problem)
            if len(rows) < _BATCH:
                return
            last = int(rows[-1][0])

    # -- one record ---------------------------------------------------------------------------

    def _convert_exactly(self, session: Session, first: int, last: int) -> int:
        if self.exact is None:
            return 0
        names = [column.name for column in self._columns(self.new)]
        done = session.execute(
            text(
                f'UPDATE "{self.tables.table.name}" SET "{names[0]}" = {self.exact.value} '
                f'WHERE "id" BETWEEN {first} AND {last} AND {self.exact.condition}'
            )
        )
        return int(done.rowcount)

    def _select(self, *, empty: bool = False) -> Select[Any]:
        columns = list(self._columns(self.old))
        held: ColumnElement[bool] = columns[0].is_not(None)
        if self.former is not None:
            columns += self._columns(self.former)
            held = held | self._columns(self.former)[0].is_not(None)
        rate = self._rate()
        if rate is not None:
            columns.append(rate)
        statement = select(self.tables.table.c.id, *columns)
        return statement if empty else statement.where(held)

    def _write(
        self, session: Session, commit: int, rows: Sequence[AnyRow], looked_at: Sequence[int]
    ) -> int:
        converted = list(self._converted(session, rows))
        rejects = [
            Reject(
                self.tables.definition.name,
                self.new.definition.name,
                self.old.definition.name,
                each.record,
                each.problem,
            )
            for each in converted
            if each.problem is not None
        ]
        if rejects and self.refuses:
            raise self._refusal(rejects[0])
        write_rejects(session, self.target, commit, looked_at, rejects)
        columns = self._columns(self.new)
        update_many(
            session,
            self.tables.table,
            columns,
            [
                {RECORD: each.record}
                | {column.name: cell for column, cell in zip(columns, each.cells, strict=True)}
                for each in converted
            ],
        )
        return sum(1 for each in converted if each.cells[0] is not None)

    def _converted(self, session: Session, rows: Sequence[AnyRow]) -> Iterator[Converted]:
        locale = Locale(
            language=self.context.language,
            zone=self.context.zone,
            titles=self._titles(session, rows),
        )
        empty = (None,) * len(self._columns(self.new))
        rate = self._rate() is not None
        for row in rows:
            try:
                value = self._value(row[1:], locale)
                at = row[-1] if rate else None
                yield Converted(int(row[0]), self._cells(value, at))
            except ValueProblem as problem:
                yield Converted(int(row[0]), empty, problem.message)

    def _value(self, cells: Sequence[object], locale: Locale) -> object:
        width = len(self._columns(self.old))
        current = self.old.type.from_row(cells[:width], self.old.definition)
        if self.former is not None and self.forward is not None:
            size = len(self._columns(self.former))
            before = self.former.type.from_row(cells[width : width + size], self.former.definition)
            if _became(self.forward, before, locale) == current:
                return before
        return None if current is None else self.convert(current, locale)

    def _cells(self, value: object, rate: object) -> tuple[object, ...]:
        if isinstance(rate, Decimal):
            return self.new.type.to_row_at_rate(value, self.new.definition, rate)
        if value is None:
            return (None,) * len(self._columns(self.new))
        return self.new.type.to_row(value, self.new.definition)

    def _titles(self, session: Session, rows: Iterable[AnyRow]) -> dict[tuple[str, int], str]:
        if self.old.kind != "record":
            return {}
        definition = self.catalog.entity(self.old.definition.targets[0])
        tables = build_tables(definition, self.catalog, self.types, session.dialect)
        columns = tables.fields.get(definition.title, ())
        if not columns:
            return {}
        title = definition.fields[definition.title]
        field_type = self.types.of(title)
        locale = Locale(language=self.context.language, zone=self.context.zone)
        wanted = {row[1] for row in rows if row[1] is not None}
        found = session.rows(
            select(tables.table.c.id, *columns).where(tables.table.c.id.in_(wanted))
        )
        return {
            (definition.name, int(row[0])): field_type.display(
                field_type.from_row(row[1:], title), title, locale
            )
            for row in found
        }

    # -- what is where -------------------------------------------------------------------------

    def _typed(self, name: str) -> TypedField:
        field = self.tables.definition.fields[name]
        return typed_field(field, self.types.of(field), self.catalog.picklists)

    def _columns(self, field: TypedField) -> tuple[Column[object], ...]:
        return self.tables.fields[field.definition.name]

    def _rate(self) -> Column[object] | None:
        if self.planned or self.new.definition.type != "money":
            return None
        return next(iter(self.tables.fields.get(RATE, ())), None)

    def _conversion(self, old: TypedField, new: TypedField) -> Convert:
        found = find_conversion(old, new, self.context)
        if found is None:
            raise PlanError(
                Message.of(
                    "type_change",
                    entity=self.tables.definition.name,
                    field=new.definition.name,
                    old=old.definition.type,
                    new=new.definition.type,
                ),
                stale=False,
            )
        return found

    def _refusal(self, reject: Reject) -> PlanError:
        return PlanError(
            Message.of(
                "value_does_not_convert",
                entity=reject.entity,
                field=reject.field,
                record=reject.record,
            ),
            stale=False,
        )


def _became(forward: Convert, before: object, locale: Locale) -> object:
    """Return what a former value had become; what did not convert had become empty."""
    if before is None:
        return None
    try:
        return forward(before, locale)
    except ValueProblem:
        return None


def _locked(statement: Select[Any], session: Session) -> Select[Any]:
    ordered = statement.order_by(statement.selected_columns[0])
    return ordered.with_for_update() if session.dialect == "postgresql" else ordered
