"""Who may read a file: whoever may read a field that holds it; else only who brought it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.files.register import StoredFile, read_file
from cardwright_entities.files.uses import JOB_USE
from cardwright_entities.jobs.queue import owns_job
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.store.platform_tables import cw_file_use
from cardwright_entities.store.sessions import Session


def readable_file(session: Session, reading: Reading, file: int) -> StoredFile:
    """Return a file that the reader may have; raise NotFoundError alike for all others."""
    stored = read_file(session, file)
    principal = reading.context.principal
    if principal.is_system:
        return stored
    uses = session.rows(
        select(cw_file_use.c.entity, cw_file_use.c.record, cw_file_use.c.field).where(
            cw_file_use.c.file == file
        )
    )
    if not uses and stored.created_by == principal.account:
        return stored  # brought for a form that is not saved yet
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for use in uses:
        places[use.entity, use.field].append(use.record)
    for (entity, field), records in places.items():
        if entity == JOB_USE:
            if owns_job(session, principal.account, records):
                return stored
        elif _holds_readable(session, reading, entity, field, records):
            return stored
    raise NotFoundError(Message("not_found"))


def count_readable_files(
    session: Session, reading: Reading, entity: EntityModel, records: Sequence[int]
) -> dict[int, int]:
    """Return how many files some records of an entity hold that their reader may read.

    ``records`` are such as he may read: of their files he misses those of hidden fields alone.
    """
    fields = (entity.fields[name] for name in reading.readable(entity))
    known = [each.key for each in fields if each.type.holds_file]
    counted = (
        select(cw_file_use.c.record, func.count())
        .where(
            cw_file_use.c.entity == entity.key,
            cw_file_use.c.record.in_(list(records)),
            cw_file_use.c.field.in_(["", *known]),
        )
        .group_by(cw_file_use.c.record)
    )
    return {row[0]: row[1] for row in session.rows(counted)}


def _holds_readable(
    session: Session, reading: Reading, key: str, field: str, records: list[int]
) -> bool:
    entity = _entity(reading, key)
    if entity is None:
        return False
    found = entity.by_id.get(field) or entity.fields.get(field)
    if field and (found is None or found.name not in reading.readable(entity)):
        return False
    table = entity.table
    readable = select(table.c["id"]).where(
        table.c["id"].in_(records),
        table.c["deleted_at"].is_(None),
        rows_condition(reading, entity, table),
    )
    return session.row(readable.limit(1)) is not None


def _entity(reading: Reading, key: str) -> EntityModel | None:
    found = reading.model.by_id(key)
    if found is None and key in reading.model.catalog.entities:
        return reading.model.entity(key)
    return found
