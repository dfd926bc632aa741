"""Which record or job holds which file: what rights on files look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from cardwright_entities.store.platform_tables import cw_file, cw_file_use
from cardwright_entities.store.sessions import Session

#: In cw_file_use this stands for a job: what it was given, or what it made.
JOB_USE = "cw_job"


@dataclass(frozen=True)
class Holder:
    """A place that holds a file: a record's field by its id, or the files panel with none."""

    entity: str  #: the entity's id
    record: int
    field: str = ""


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


def keep_file(session: Session, file: int, holder: Holder) -> None:
    """Note that a stored file is held somewhere."""
    row = {"entity": holder.entity, "record": holder.record, "field": holder.field}
    session.execute(insert(cw_file_use).values(file=file, **row))


def drop_file(session: Session, file: int, holder: Holder) -> None:
    """Forget that a file was held there."""
    session.execute(
        delete(cw_file_use).where(
            cw_file_use.c.file == file,
            cw_file_use.c.entity == holder.entity,
            cw_file_use.c.record == holder.record,
            cw_file_use.c.field == holder.field,
        )
    )


def keep_for_job(session: Session, file: int, job: int, role: str) -> None:
    """Keep a file as long as its job; ``role`` says what it is to the job, such as ``source``."""
    keep_file(session, file, Holder(JOB_USE, job, role))


def attach_file(session: Session, entity: str, record: int, file: int) -> None:
    """Hang a stored file on a record's files panel."""
    keep_file(session, file, Holder(entity, record))


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


def copy_files_of_panel(session: Session, entity: str, records: Sequence[int], target: int) -> None:
    """Hang the files of some records' panels on the panel of another too."""
    for file in sorted(
        _in_panels(session, entity, records) - _in_panels(session, entity, [target])
    ):
        keep_file(session, file, Holder(entity, target))


def take_back_files_of_panel(
    session: Session, entity: str, records: Sequence[int], target: int
) -> None:
    """Take from a panel the files that it has from those of other records."""
    for file in sorted(_in_panels(session, entity, records)):
        drop_file(session, file, Holder(entity, target))


def _in_panels(session: Session, entity: str, records: Sequence[int]) -> set[int]:
    statement = select(cw_file_use.c.file).where(
        cw_file_use.c.entity == entity,
        cw_file_use.c.record.in_(list(records)),
        cw_file_use.c.field == "",
    )
    return {int(row[0]) for row in session.rows(statement)}
