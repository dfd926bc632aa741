"""Takes a backup: one state of the database as a stream, and the contents that its files name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cardwright_entities.backups.archives import BackupWriter, write_backup
from cardwright_entities.backups.carrying import carried_shapes
from cardwright_entities.backups.manifests import FilesEntry, Manifest, TableEntry
from cardwright_entities.backups.rows import RowsDigest, read_lines
from cardwright_entities.backups.shapes import TableShape
from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.holders import Clock, hold_apply
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.contexts import Context
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import all_contents
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.upgrading import current_revision
from cardwright_entities.store.whole_database import last_number

_CHUNK = 256 * 1024
#: A statement that reads a table may take as long as the table needs.
SECONDS = 86_400.0


#: Hears how many of how many steps are done.
Told = Callable[[int, int], None]


def nobody(_done: int, _total: int) -> None:
    """Hear nothing: nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Whose backup it is: the version of the product, and what tells installation keys apart."""

    version: str
    key: str


def take_backup(
    store: Store,
    context: Context,
    types: TypesOfFields,
    blobs: Blobs,
    path: Path,
    *,
    origin: Origin,
    clock: Clock,
    told: Told = nobody,
) -> Manifest:
    """Write a backup of what is stored now while others go on working; return its manifest.

    ``told`` hears how many of how many steps are done; what it raises ends the backup.
    Raise ApplyRunning while definitions change, which in turn have to wait until it is done.
    """
    with (
        hold_apply(store, context, clock),
        write_backup(path) as writer,
        store.read(context, timeout=SECONDS) as session,
    ):
        shapes = carried_shapes(session, types)
        tables = []
        for number, shape in enumerate(shapes):
            told(number, len(shapes) + 1)
            tables.append(_write_table(session, writer, shape))
        told(len(shapes), len(shapes) + 1)
        manifest = Manifest(
            version=origin.version,
            engine=session.dialect,
            revision=current_revision(session.connection) or "",
            commit=read_active(session).number,
            taken_at=context.now,
            key=origin.key,
            tables=tuple(tables),
            files=_write_files(writer, blobs, all_contents(session)),
        )
        writer.write_manifest(manifest)
    return manifest


def _write_table(session: Session, writer: BackupWriter, shape: TableShape) -> TableEntry:
    digest = RowsDigest()
    with writer.member(f"tables/{shape.name}.ndjson") as member:
        for line in read_lines(session, shape):
            digest.add(line)
            member.write(line + b"\n")
    return TableEntry(
        shape=shape,
        rows=digest.rows,
        digest=digest.hexadecimal(),
        sha256=member.sha256,
        size=member.size,
        last=last_number(session, shape.name) if shape.numbered else 0,
    )


def _write_files(writer: BackupWriter, blobs: Blobs, hashes: Iterator[str]) -> FilesEntry:
    count, size, missing = 0, 0, []
    for sha256 in hashes:
        if not _is_whole(blobs, sha256):
            missing.append(sha256)
            continue
        with blobs.open(sha256) as source, writer.member(f"files/{sha256}", packed=False) as member:
            for piece in _pieces(source):
                member.write(piece)
        count, size = count + 1, size + member.size
    return FilesEntry(count=count, bytes=size, missing=tuple(missing))


def _is_whole(blobs: Blobs, sha256: str) -> bool:
    """Tell whether a content is there and still what its hash says: a rotten one is as lost."""
    digest = hashlib.sha256()
    try:
        with blobs.open(sha256) as source:
            for piece in _pieces(source):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(_CHUNK):
        yield piece
