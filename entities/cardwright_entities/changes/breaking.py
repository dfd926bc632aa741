"""Stored records that a new or stricter rule would not let be saved: counted, some of them named.

Rules about a record's own stored fields are looked at here; what reads other records is left to the
next save of each record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.exc import CompileError

from cardwright_entities.changes.conversions import typed_field
from cardwright_entities.changes.differences import Differences
from cardwright_entities.changes.partial import OwnColumns
from cardwright_entities.changes.plans import Offence
from cardwright_entities.changes.tables import EntityTables, TypesOfFields, build_tables
from cardwright_entities.errors import CardwrightError, Message, ValueProblem
from cardwright_entities.expressions.sql_compiling import Compiler
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import (
    CheckDefinition,
    EntityDefinition,
    FieldDefinition,
    Slot,
)
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Binary, Node, Unary

#: Records that a plan names.
NAMED = 20
_BATCH = 5_000
#: Options of a type that say which of its values are allowed.
_NARROWING = ("min", "max", "pattern", "max_length", "min_length", "check_digit", "values", "of")


def find_breaking(
    session: Session, types: TypesOfFields, differences: Differences
) -> Iterator[Offence]:
    """Yield the rules that are new or stricter and that stored records do not keep."""
    for identifier, new in differences.wanted.entities.items():
        old = differences.base.entities.get(identifier)
        if old is None or new.retired:
            continue
        entity = _Entity(session, types, differences, old, new)
        yield from entity.required()
        yield from entity.checks()
        yield from entity.values()


@dataclass(frozen=True)
class _Entity:
    session: Session
    types: TypesOfFields
    differences: Differences
    old: EntityDefinition
    new: EntityDefinition

    @cached_property
    def tables(self) -> EntityTables:
        catalog = self.differences.wanted.catalog
        return build_tables(self.new, catalog, self.types, self.session.dialect)

    def required(self) -> Iterator[Offence]:
        """Yield fields that must have a value from now on and have none."""
        before = _by_id(self.old)
        for field in _living(self.new):
            was = before.get(field.id)
            if field.system or field.required is False:
                continue
            if was is not None and not was.retired and was.required == field.required:
                continue
            columns = self.tables.fields.get(field.name)
            if not columns or self.types.of(field).computed:
                continue
            there = columns[0].name in self.differences.actual.get(self.tables.table.name, ())
            empty: ColumnElement[bool] = columns[0].is_(None) if there else true()
            # Where the field is not seen it is not asked for.
            yield from self._found(
                "required", field.name, empty, [_slot(field.required), _slot(field.visible)]
            )

    def checks(self) -> Iterator[Offence]:
        """Yield checks that are new or say something else."""
        for name, check in self.new.checks.items():
            if self.old.checks.get(name) != check:
                yield from self._check(name, check, true())
        before = _by_id(self.old)
        for field in _living(self.new):
            was = before.get(field.id)
            columns = self.tables.fields.get(field.name)
            if not columns or not self._is_there(columns[0].name):
                continue
            for check in field.checks:
                if was is None or check not in was.checks:
                    yield from self._check(field.name, check, columns[0].is_not(None))

    def values(self) -> Iterator[Offence]:
        """Yield values that their field's narrower limits no longer allow."""
        before = _by_id(self.old)
        for field in _living(self.new):
            was = before.get(field.id)
            if was is None or field.id in self.differences.moves or not _is_narrower(was, field):
                continue
            columns = self.tables.fields.get(field.name, ())
            if columns and self._is_there(columns[0].name):
                yield from self._values(field)

    # -- counting ----------------------------------------------------------------------------

    def _is_there(self, column: str) -> bool:
        return column in self.differences.actual.get(self.tables.table.name, ())

    def _check(
        self, name: str, check: CheckDefinition, held: ColumnElement[bool]
    ) -> Iterator[Offence]:
        if check.level != "error":
            return
        asked = check.condition.tree if check.condition is not None else None
        wrong = Unary("not", check.test.tree) if check.test is not None else None
        parts = [each for each in (asked, wrong) if each is not None]
        if parts:
            yield from self._found("check", name, held, [_all_of(parts)])

    def _found(
        self, kind: str, name: str, held: ColumnElement[bool], conditions: list[Node | bool]
    ) -> Iterator[Offence]:
        where = self._compile(conditions)
        if where is None:
            return
        table = self.tables.table
        alive = table.c["deleted_at"].is_(None) if "deleted_at" in table.c else true()
        wanted = and_(held, alive, *where)
        count = self._counted(select(func.count()).select_from(table).where(wanted))
        if not count:
            return
        rows = self.session.rows(select(table.c.id).where(wanted).order_by(table.c.id).limit(NAMED))
        yield Offence(
            f"entity/{self.new.name}#{'fields' if name in self.new.fields else 'checks'}.{name}",
            (name,),
            count,
            tuple(int(row[0]) for row in rows),
            kind,
        )

    def _counted(self, statement: Any) -> int:  # noqa: ANN401 - a select
        try:
            with self.session.savepoint():
                return int(self.session.scalar(statement))
        except CardwrightError:
            return 0

    def _compile(self, conditions: list[Node | bool]) -> list[ColumnElement[bool]] | None:
        """Return the conditions in SQL, None if they ask more than the record's own fields."""
        found: list[ColumnElement[bool]] = []
        for condition in conditions:
            if condition is False:
                return None
            if condition is True:
                continue
            names = OwnColumns(
                self.session.dialect, self.tables, self.types, "", self.session.context
            )
            try:
                found.append(Compiler(names).condition(condition))
            except (ExpressionError, CompileError, CardwrightError, KeyError):
                return None
        return found

    def _values(self, field: FieldDefinition) -> Iterator[Offence]:
        catalog = self.differences.wanted.catalog
        picklists = catalog.picklists if isinstance(catalog, Catalog) else {}
        typed = typed_field(field, self.types.of(field), picklists)
        parse = typed.type.parser(typed.definition)
        columns = self.tables.fields[field.name]
        table = self.tables.table
        records: list[int] = []
        reasons: list[Message] = []
        count = last = 0
        while True:
            statement = select(table.c.id, *columns).where(columns[0].is_not(None))
            batch = statement.where(table.c.id > last).order_by(table.c.id).limit(_BATCH)
            rows = self.session.rows(batch)
            for row in rows:
                try:
                    parse(typed.type.from_row(row[1:], typed.definition), self.session.context)
                except ValueProblem as problem:
                    count += 1
                    if count <= NAMED:
                        records.append(int(row[0]))
                        reasons.append(problem.message)
            if len(rows) < _BATCH:
                break
            last = int(rows[-1][0])
        if count:
            target = f"entity/{self.new.name}#fields.{field.name}"
            named, why = tuple(records), tuple(reasons)
            yield Offence(target, (field.name,), count, named, "value", why)


def _by_id(definition: EntityDefinition) -> Mapping[str, FieldDefinition]:
    return {field.id: field for field in definition.fields.values()}


def _living(definition: EntityDefinition) -> Iterator[FieldDefinition]:
    return (field for field in definition.fields.values() if not field.retired)


def _slot(slot: Slot) -> Node | bool:
    return slot if isinstance(slot, bool) else slot.tree


def _all_of(nodes: list[Node]) -> Node:
    first, *others = nodes
    for other in others:
        first = Binary("and", first, other)
    return first


def _is_narrower(was: FieldDefinition, now: FieldDefinition) -> bool:
    if was.type != now.type:
        return True
    return any(was.options.get(name) != now.options.get(name) for name in _NARROWING)
