"""Which record holds which file: what rights on files look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.platform_tables import cw_file, cw_file_use
from cardwright_entities.store.sessions import Session


def keep_file_uses(session: Session, draft: Draft) -> None:
    """Note the files that a draft's file fields now hold, and drop those they held before."""
    entity = draft.entity.definition.id or draft.entity.name
    for found in draft.entity.fields.values():
        if not found.type.holds_file or found.name not in draft.given:
            continue
        before = (draft.stored or {}).get(found.name)
        now = draft.values.get(found.name)
        if before == now:
            continue
        field = found.definition.id or found.name
        if before is not None:
            session.execute(
                delete(cw_file_use).where(
                    cw_file_use.c.file == before,
                    cw_file_use.c.entity == entity,
                    cw_file_use.c.record == draft.id,
                    cw_file_use.c.field == field,
                )
            )
        if now is not None:
            row = {"file": now, "entity": entity, "record": draft.id, "field": field}
            session.execute(insert(cw_file_use).values(row))


@dataclass(frozen=True)
class FileOfRecord:
    """A file that a record holds; ``field`` is the field's id, empty for the files panel."""

    id: int
    name: str
    size: int
    type: str
    created_at: datetime
    created_by: int | None
    field: str


def files_of_record(session: Session, entity: str, record: int) -> list[FileOfRecord]:
    """Return the files of a record by its entity's id, newest first."""
    statement = (
        select(
            cw_file.c.id,
            cw_file.c.name,
            cw_file.c.size,
            cw_file.c.type,
            cw_file.c.created_at,
            cw_file.c.created_by,
            cw_file_use.c.field,
        )
        .join(cw_file_use, cw_file_use.c.file == cw_file.c.id)
        .where(cw_file_use.c.entity == entity, cw_file_use.c.record == record)
        .order_by(cw_file.c.id.desc())
    )
    return [FileOfRecord(*row) for row in session.rows(statement)]


def attach_file(session: Session, entity: str, record: int, file: int) -> None:
    """Hang a stored file on a record's files panel."""
    row = {"file": file, "entity": entity, "record": record, "field": ""}
    session.execute(insert(cw_file_use).values(row))
