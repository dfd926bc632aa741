"""Files as rows: name, content, who brought them, and which job or record holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, insert, select

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.files.blobs import GRACE, Blob, Blobs
from cardwright_entities.files.uses import JOB_USE
from cardwright_entities.jobs.queue import all_jobs
from cardwright_entities.store.platform_tables import cw_file, cw_file_use
from cardwright_entities.store.sessions import Session

_BATCH = 500
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_LONGEST_NAME = 200


@dataclass(frozen=True)
class StoredFile:
    """One file as its row tells."""

    id: int
    sha256: str
    size: int
    type: str
    name: str
    created_at: datetime
    created_by: int | None


def add_file(session: Session, blob: Blob, name: str) -> int:
    """Note a stored content under a name; return the file's id."""
    statement = insert(cw_file).values(
        sha256=blob.sha256,
        size=blob.size,
        type=blob.type,
        name=safe_name(name),
        created_at=session.context.now,
        created_by=session.context.principal.account,
    )
    return int(session.scalar(statement.returning(cw_file.c.id)))


def read_file(session: Session, file: int) -> StoredFile:
    """Return a file's row, whoever asks; raise NotFoundError."""
    row = session.row(select(*cw_file.c).where(cw_file.c.id == file))
    if row is None:
        raise NotFoundError(Message("not_found"))
    return StoredFile(*row)


def names_of(session: Session, files: Iterable[int]) -> Mapping[int, str]:
    """Return the names of some files."""
    wanted = sorted(set(files))
    if not wanted:
        return {}
    rows = session.rows(select(cw_file.c.id, cw_file.c.name).where(cw_file.c.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def safe_name(name: str) -> str:
    """Return a file name that no system and no header takes for anything else."""
    plain = _NOT_IN_NAMES.sub("_", name).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:_LONGEST_NAME]


def sweep_rows(session: Session) -> tuple[str, ...]:
    """Forget files that nothing has held for a day; return the contents that no file names now."""
    gone = and_(cw_file_use.c.entity == JOB_USE, cw_file_use.c.record.not_in(all_jobs()))
    session.execute(delete(cw_file_use).where(gone))
    held = exists().where(cw_file_use.c.file == cw_file.c.id)
    rows = session.rows(
        select(cw_file.c.id, cw_file.c.sha256)
        .where(cw_file.c.created_at < session.context.now - GRACE, ~held)
        .order_by(cw_file.c.id)
        .limit(_BATCH)
    )
    if not rows:
        return ()
    session.execute(delete(cw_file).where(cw_file.c.id.in_([row.id for row in rows])))
    return unnamed(session, {row.sha256 for row in rows})


def unnamed(session: Session, hashes: Iterable[str]) -> tuple[str, ...]:
    """Return those contents that no file names."""
    wanted = sorted(set(hashes))
    if not wanted:
        return ()
    named = session.rows(select(cw_file.c.sha256).where(cw_file.c.sha256.in_(wanted)).distinct())
    return tuple(sorted(set(wanted) - {row.sha256 for row in named}))


def all_contents(session: Session) -> Iterator[str]:
    """Yield the hash of every content that a file names, a few at a time from the database."""
    statement = select(cw_file.c.sha256).distinct().order_by(cw_file.c.sha256)
    streamed = statement.execution_options(stream_results=True, yield_per=_BATCH)
    for (sha256,) in session.execute(streamed):
        yield str(sha256)


def contents_size(session: Session) -> int:
    """Return how many bytes the contents of all files have together, each counted once."""
    each = select(cw_file.c.sha256, func.max(cw_file.c.size).label("size"))
    once = each.group_by(cw_file.c.sha256).subquery()
    return int(session.scalar(select(func.coalesce(func.sum(once.c.size), 0))) or 0)


def remove_contents(blobs: Blobs, hashes: Iterable[str], now: datetime) -> int:
    """Delete contents that ``sweep_rows`` or ``unnamed`` returned, after its commit."""
    return sum(1 for sha256 in hashes if blobs.remove(sha256, before=now - GRACE))
