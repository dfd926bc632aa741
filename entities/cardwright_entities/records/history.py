"""What was done to records: change sets with before-images, so that any set can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from cardwright_entities.audit.noting import note_change_set
from cardwright_entities.contexts import Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.field_types.base import MASK
from cardwright_entities.field_types.masking import MaskedType
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.store.platform_tables import cw_change, cw_change_set
from cardwright_entities.store.sessions import Session

#: Fields whose changes say nothing: they change with every save.
SILENT = frozenset({"id", "version", "changed_at", "changed_by", "head", "position"})

#: What the engine kept right in a record: no edit, so its version stays and nobody undoes it.
KEPT = "kept"


@dataclass(frozen=True)
class ChangeEntry:
    """One record's change within a set: values before by field id, as JSON."""

    id: int
    change_set: int
    at: datetime
    principal: int | None
    kind: str
    label: str
    entity: str
    record: int
    version: int
    op: str
    before: Mapping[str, Any]


def open_change_set(session: Session, context: Context, kind: str, label: str = "") -> int:
    """Begin a change set and return its id; changes of further transactions may join it."""
    row = {
        "at": context.now,
        "principal": context.principal.account,
        "kind": kind,
        "label": label or None,
    }
    change_set = session.insert_row(cw_change_set, row)
    note_change_set(session, context, change_set, kind, label)
    return change_set


def open_private_set(session: Session, context: Context, kind: str) -> int:
    """Begin a change set of what somebody keeps for himself alone: the log says nothing of it."""
    row = {"at": context.now, "principal": context.principal.account, "kind": kind, "label": None}
    return session.insert_row(cw_change_set, row)


def change_row(
    entity: EntityModel,
    change_set: int,
    record: int,
    version: int,
    op: str,
    before: Mapping[str, object],
    head: int | None = None,
) -> dict[str, Any]:
    """Return the row that notes one record's change; ``before`` holds only changed fields."""
    return {
        "change_set": change_set,
        "entity": entity.key,
        "record": record,
        "head": head,
        "version": version,
        "op": op,
        "before": before_image(entity, before),
    }


def before_image(entity: EntityModel, values: Mapping[str, object]) -> dict[str, Any]:
    """Return values as JSON keyed by field id."""
    image: dict[str, Any] = {}
    for name, value in values.items():
        found = entity.fields.get(name)
        if found is None or (name in SILENT and name != "head"):
            continue  # a line that was given to another head goes back to its own
        shown = None if value is None else found.type.to_json(value, found.definition)
        image[found.key] = shown
    return image


def write_changes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the rows of ``change_row`` in one statement."""
    if rows:
        session.insert_many(cw_change, rows)


def read_history(
    session: Session,
    reading: Reading,
    entity: EntityModel,
    record: int,
    *,
    limit: int = 100,
    below: int | None = None,
) -> list[ChangeEntry]:
    """Return a record's changes and those of its lines, newest first.

    The caller has made sure that the record may be read. Fields and lines that the reader may not
    read now are left out; an update that touched only such fields still shows as one.
    """
    model = reading.model
    own = and_(cw_change.c.entity == entity.key, cw_change.c.record == record)
    lines = [
        _of_lines(reading, model.lines_of(entity, each.name), record)
        for each in entity.lines
        if reading.has_field(entity, each.name)
    ]
    statement = (
        select(
            cw_change.c.id,
            cw_change.c.change_set,
            cw_change_set.c.at,
            cw_change_set.c.principal,
            cw_change_set.c.kind,
            cw_change_set.c.label,
            cw_change.c.entity,
            cw_change.c.record,
            cw_change.c.version,
            cw_change.c.op,
            cw_change.c.before,
        )
        .join(cw_change_set, cw_change_set.c.id == cw_change.c.change_set)
        .where(or_(own, *lines))
        .order_by(cw_change.c.id.desc())
        .limit(limit)
    )
    if below is not None:
        statement = statement.where(cw_change.c.id < below)
    return [_entry(model, reading, row) for row in session.rows(statement)]


#: Changes of one value of one record that are looked at.
_MOST_CHANGES = 1_000


def values_before(
    session: Session, entity: EntityModel, record: int, field: FieldModel
) -> list[tuple[datetime, object]]:
    """Return when a field of a record changed and its JSON before, oldest first.

    The caller has made sure that record and field may be read.
    """
    statement = (
        select(cw_change_set.c.at, cw_change.c.before)
        .join(cw_change_set, cw_change_set.c.id == cw_change.c.change_set)
        .where(
            *_changes_of(entity, record, "update"),
        )
        .order_by(cw_change.c.id.desc())
        .limit(_MOST_CHANGES)
    )
    key = field.key
    rows = reversed(list(session.rows(statement)))
    return [(at, before[key]) for at, before in rows if before and key in before]


def _changes_of(entity: EntityModel, record: int, op: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on changes of one kind to a record."""
    key = entity.key
    return cw_change.c.entity == key, cw_change.c.record == record, cw_change.c.op == op


def _of_lines(reading: Reading, line: EntityModel, head: int) -> ColumnElement[bool]:
    """Return the condition on the changes of a record's lines that the reader may see."""
    changes = and_(cw_change.c.entity == line.key, cw_change.c.head == head)
    if reading.rows(line.name) is True:
        return changes
    # A line that is gone is still judged by what it held.
    seen = select(line.table.c["id"]).where(
        line.table.c["head"] == head, rows_condition(reading, line, line.table)
    )
    return and_(changes, cw_change.c.record.in_(seen))


def _entry(model: Model, reading: Reading, row: Sequence[Any]) -> ChangeEntry:
    number, change_set, at, principal, kind, label, entity_id, record, version, op, images = row
    entity = model.by_id(entity_id) or (
        model.entity(entity_id) if entity_id in model.catalog.entities else None
    )
    before: dict[str, Any] = {}
    if entity is not None:
        shown = reading.shown(entity)
        for key, value in (images or {}).items():
            found = entity.by_id.get(key) or entity.fields.get(key)
            if found is not None and found.name in shown:
                before[found.name] = _seen(reading, found, shown.get(found.name, found), value)
    return ChangeEntry(
        id=number,
        change_set=change_set,
        at=at,
        principal=principal,
        kind=kind,
        label=label or "",
        entity=entity.name if entity is not None else "",
        record=record,
        version=version,
        op=op,
        before=before,
    )


def _seen(reading: Reading, found: FieldModel, shown: FieldModel, value: object) -> object:
    """Return a former value as its reader sees it: of masked ones a part, as of the present."""
    masked = shown.type
    if not isinstance(masked, MaskedType) or value is None:
        return value
    try:
        return masked.part(found.parse(value, reading.context), found.definition)
    except ValueProblem:
        return MASK  # what the field took then and would not take now


class PastChange(NamedTuple):
    """One change of a record: when, what was done, and the values before it by field id."""

    record: int
    at: datetime
    operation: str
    before: Mapping[str, Any] | None


def changes_since(
    session: Session, entity: EntityModel, since: datetime, most: int
) -> list[PastChange]:
    """Return the changes of an entity's records since a moment, by record, the newest first."""
    key = entity.key
    statement = (
        select(cw_change.c.record, cw_change_set.c.at, cw_change.c.op, cw_change.c.before)
        .join(cw_change_set, cw_change_set.c.id == cw_change.c.change_set)
        .where(cw_change.c.entity == key, cw_change_set.c.at >= since)
        .order_by(cw_change.c.record, cw_change.c.id.desc())
        .limit(most)
    )
    return [PastChange(*row) for row in session.rows(statement)]


def touched(session: Session, model: Model, change_set: int, most: int) -> list[tuple[str, int]]:
    """Return the records that a change set touched, each once: a line counts as its head.

    Whether they may be read is for the caller to ask. Entities that are gone are left out.
    """
    change = cw_change.c
    statement = (
        select(change.entity, change.record, change.head)
        .where(change.change_set == change_set)
        .order_by(change.id)
        .limit(most)
    )
    found: dict[tuple[str, int], None] = {}
    for key, record, head in session.rows(statement):
        entity = model.by_id(key)
        if entity is None:
            continue
        owner = entity.definition.owner
        place = (owner, head) if owner and head is not None else (entity.name, record)
        found.setdefault(place)
    return list(found)
