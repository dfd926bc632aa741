"""Stored records as values by field name, read by the gate for its own work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from cardwright_entities.errors import LimitError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.store.sessions import Session

Values = dict[str, object]

#: Related records that one expression may look through in Python.
MOST_RELATED = 10_000


@dataclass(eq=False)
class Loader:
    """Reads records once per transaction, without asking for rights: the gate has asked already."""

    session: Session
    model: Model
    _known: dict[tuple[str, int], Values | None] = field(default_factory=dict)

    def record(self, entity: EntityModel, record: int) -> Values | None:
        """Return a record's stored values, None when it is not there or in the recycle bin."""
        key = (entity.name, record)
        if key not in self._known:
            found = self.records(entity, [record])
            self._known[key] = found.get(record)
        return self._known[key]

    def knows(self, entity: EntityModel, record: int) -> bool:
        """Tell whether a record has been read already."""
        return (entity.name, record) in self._known

    def bring(self, entity: EntityModel, ids: Iterable[int]) -> list[Values]:
        """Read records that will be asked for one by one; return those that are there."""
        wanted = dict.fromkeys(ids)
        unknown = [each for each in wanted if (entity.name, each) not in self._known]
        if unknown:
            found = self.records(entity, unknown)
            self._known.update({(entity.name, each): found.get(each) for each in unknown})
        known = (self._known[entity.name, each] for each in wanted)
        return [each for each in known if each is not None]

    def forget(self, entity: EntityModel, record: int) -> None:
        """Drop what is known of a record that is about to change."""
        self._known.pop((entity.name, record), None)

    def records(
        self,
        entity: EntityModel,
        ids: Sequence[int],
        *,
        condition: ColumnElement[bool] | None = None,
        lock: bool = False,
        alone: bool = False,
        deleted: bool = False,
    ) -> dict[int, Values]:
        """Return records by id, those of the recycle bin if ``deleted``; locked in id order.

        ``alone``: whoever would point to them meanwhile waits too, as a delete needs it.
        """
        table = entity.table
        gone = table.c["deleted_at"]
        wanted = and_(
            table.c["id"].in_(list(ids)), gone.is_not(None) if deleted else gone.is_(None)
        )
        if condition is not None:
            wanted = and_(wanted, condition)
        statement = select(*stored_columns(entity)).where(wanted).order_by(table.c["id"])
        if lock and self.session.dialect == "postgresql":
            # Nobody changes an id: who points to a record that stays need not wait.
            statement = statement.with_for_update(of=table, key_share=not alone)
        return {
            int(str(values["id"])): values
            for values in (to_values(entity, row) for row in self.session.rows(statement))
        }

    def where(
        self, entity: EntityModel, condition: ColumnElement[bool], order: str = "id"
    ) -> list[Values]:
        """Return the living records of an entity under a condition, in the order of a column."""
        table = entity.table
        statement = (
            select(*stored_columns(entity))
            .where(table.c["deleted_at"].is_(None), condition)
            .order_by(table.c[order], table.c["id"])
            .limit(MOST_RELATED + 1)
        )
        rows = self.session.rows(statement)
        if len(rows) > MOST_RELATED:
            raise LimitError(Message.of("too_many_related", most=MOST_RELATED))
        return [to_values(entity, row) for row in rows]

    def lines(self, entity: EntityModel, field_name: str, heads: Iterable[int]) -> list[Values]:
        """Return the living lines of some heads in their order."""
        line = self.model.lines_of(entity, field_name)
        table = line.table
        statement = (
            select(*stored_columns(line))
            .where(table.c["deleted_at"].is_(None), table.c["head"].in_(list(heads)))
            .order_by(table.c["head"], table.c["position"], table.c["id"])
        )
        return [to_values(line, row) for row in self.session.rows(statement)]


def stored_columns(entity: EntityModel) -> list[Any]:
    """Return the columns of all stored fields in the order of the fields."""
    return [column for each in entity.stored for column in each.columns]


def to_values(entity: EntityModel, row: Sequence[object]) -> Values:
    """Return a row of ``stored_columns`` as values by field name."""
    cells = tuple(row)
    return {
        place.name: cells[place.start]
        if place.from_row is None
        else place.from_row(cells[place.start : place.end], place.definition)
        for place in entity.places
    }


def to_cells(
    entity: EntityModel, values: Mapping[str, object], rate: Decimal | None = None
) -> dict[str, object]:
    """Return the cells by column name that hold some values; ``rate`` is that of their currency."""
    cells: dict[str, object] = {}
    for name, value in values.items():
        found = entity.fields[name]
        if not found.columns:
            continue
        if rate is None:
            parts = found.type.to_row(value, found.definition)
        else:
            parts = found.type.to_row_at_rate(value, found.definition, rate)
        for column, part in zip(found.columns, parts, strict=True):
            cells[column.name] = part
    return cells
