"""Which living records point to some records, by which field: links, links to any, n:m links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True)
class Reference:
    """One field of one record, and to which of the records asked for it points."""

    holder: EntityModel
    record: int
    field: FieldModel
    targets: tuple[int, ...]


def references_to(
    session: Session, model: Model, entity: EntityModel, records: Sequence[int]
) -> list[Reference]:
    """Return what points to some records of an entity, without what the engine keeps itself."""
    found: list[Reference] = []
    for holder, field in model.links_to(entity):
        if field.definition.system or holder.definition.kept or holder.definition.retired:
            continue
        pairs: dict[int, list[int]] = {}
        for record, target in _pairs(session, entity, holder, field, records):
            pairs.setdefault(record, []).append(target)
        found += [Reference(holder, record, field, tuple(to)) for record, to in pairs.items()]
    return found


def _pairs(
    session: Session,
    entity: EntityModel,
    holder: EntityModel,
    field: FieldModel,
    records: Sequence[int],
) -> Iterator[tuple[int, int]]:
    table = holder.table
    alive = table.c["deleted_at"].is_(None)
    if field.type.relation == "many":
        between = holder.tables.links[field.name]
        statement = (
            select(between.c.source, between.c.target)
            .join(table, table.c["id"] == between.c.source)
            .where(between.c.target.in_(list(records)), alive)
        )
    else:
        column = table.c[field.columns[0].name]
        condition: ColumnElement[bool] = column.in_(list(records))
        if field.type.relation == "any":
            key = entity.key
            condition = and_(condition, table.c[field.columns[1].name] == key)
        statement = select(table.c["id"], column).where(condition, alive)
    for row in session.rows(statement):
        yield int(row[0]), int(row[1])


def without(value: object, records: Sequence[int], instead: int | None) -> object:
    """Return what a link holds, with another record (or none) instead of some."""
    if isinstance(value, tuple):
        kept = [instead if each in records else each for each in value]
        return tuple(sorted({each for each in kept if each is not None}))
    if isinstance(value, RecordRef):
        if value.id not in records:
            return value
        return None if instead is None else RecordRef(value.entity, instead)
    return instead if value in records else value
