"""The file of a backup: a ZIP of lines and contents, written as a stream, read with suspicion.

Nothing in it is ever unpacked under a name that it brings: tables go to the database, contents of
files to where their own hash says.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cardwright_entities.backups.errors import BackupError, damaged
from cardwright_entities.backups.manifests import MANIFEST, Manifest, TableEntry
from cardwright_entities.errors import Message

_CHUNK = 256 * 1024
#: More than any row that we write; what is longer is no row.
LONGEST_LINE = 64_000_000
_LARGEST_MANIFEST = 64_000_000
_LEVEL = 3
_FILE = re.compile(r"files/([0-9a-f]{64})")
# What zipfile and zlib raise for an archive that was cut short, changed or is none.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


class Member:
    """Something that is being written into a backup, with its size and hash."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Return the hash of what was written."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Write some more."""
        self._target.write(piece)
        self._hash.update(piece)
        self.size += len(piece)


class BackupWriter:
    """A backup in the making."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[Member]:
        """Open a new member for writing, one at a time."""
        # A bare entry is stored as it is: most files that people upload are packed already.
        entry = name if packed else zipfile.ZipInfo(name)
        with self._archive.open(entry, "w", force_zip64=True) as target:
            yield Member(target)

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the last member."""
        with self.member(MANIFEST) as member:
            member.write(manifest.to_bytes())


@contextmanager
def write_backup(path: Path) -> Iterator[BackupWriter]:
    """Write a new backup, readable by its owner only: whole and safe on disk, or not there.

    Raise BackupError if there is a file of that name.
    """
    if path.exists():
        raise BackupError(Message.of("backup_exists", file=path.name))
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as raw:
        try:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                yield BackupWriter(archive)
            raw.flush()
            os.fsync(raw.fileno())
            # Unlike a renaming it never replaces what somebody else has put there meanwhile.
            os.link(draft, path)
        except FileExistsError as error:
            raise BackupError(Message.of("backup_exists", file=path.name)) from error
        finally:
            draft.unlink()


class Content:
    """The content of a file in a backup, to be read from."""

    def __init__(self, name: str, source: IO[bytes]) -> None:
        self._name = name
        self._source = source

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, none at the end."""
        try:
            return self._source.read(size)
        except _BROKEN as error:
            raise damaged(self._name) from error


class BackupReader:
    """A backup whose directory and manifest were looked at."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self._entries = _entries_of(archive, size)
        self.manifest = Manifest.from_bytes(self._small(MANIFEST))
        tables = {each.member for each in self.manifest.tables}
        self.files = tuple(found[1] for name in self._entries if (found := _FILE.fullmatch(name)))
        known = tables | {MANIFEST} | {f"files/{each}" for each in self.files}
        if set(self._entries) != known or len(self.files) != self.manifest.files.count:
            raise damaged(MANIFEST)

    @property
    def unpacked(self) -> int:
        """Return how many bytes there are in it altogether."""
        return sum(each.file_size for each in self._entries.values())

    def lines(self, entry: TableEntry) -> Iterator[bytes]:
        """Yield the lines of a table without their ends; raise BackupError if it was changed."""
        rest, rows = b"", 0
        for piece in self._checked(entry.member, entry.size, entry.sha256):
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise damaged(entry.member)
            rows += len(whole)
            yield from whole
        if rest or rows != entry.rows:
            raise damaged(entry.member)

    @contextmanager
    def content(self, sha256: str) -> Iterator[Content]:
        """Open the content of a file; who stores it computes its hash."""
        name = f"files/{sha256}"
        try:
            source = self._archive.open(self._entries[name])
        except _BROKEN as error:
            raise damaged(name) from error
        with source:
            yield Content(name, source)

    def check_content(self, sha256: str) -> None:
        """Read the content of a file; raise BackupError if it is not what its hash says."""
        name = f"files/{sha256}"
        for _ in self._checked(name, self._entries[name].file_size, sha256):
            pass

    def size_of(self, sha256: str) -> int:
        """Return how long the content of a file is."""
        return self._entries[f"files/{sha256}"].file_size

    def _checked(self, name: str, size: int, sha256: str) -> Iterator[bytes]:
        if self._entries[name].file_size != size:
            raise damaged(name)
        digest = hashlib.sha256()
        try:
            with self._archive.open(self._entries[name]) as source:
                while piece := source.read(_CHUNK):
                    digest.update(piece)
                    yield piece
        except _BROKEN as error:
            raise damaged(name) from error
        if digest.hexdigest() != sha256:
            raise damaged(name)

    def _small(self, name: str) -> bytes:
        found = self._entries.get(name)
        if found is None or found.file_size > _LARGEST_MANIFEST:
            raise damaged(name)
        try:
            return self._archive.read(found)
        except _BROKEN as error:
            raise damaged(name) from error


@contextmanager
def read_backup(path: Path) -> Iterator[BackupReader]:
    """Open a backup; raise BackupError for a file that is none, or not a whole one."""
    with path.open("rb") as raw:
        try:
            archive = zipfile.ZipFile(raw)
        except _BROKEN as error:
            raise damaged(path.name) from error
        with archive:
            yield BackupReader(archive, path.stat().st_size)


def _entries_of(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    entries = {each.filename: each for each in archive.infolist()}
    # Entries that share bytes could unpack again and again.
    if len(entries) != len(archive.infolist()) or archive.comment:
        raise damaged(MANIFEST)
    if sum(each.compress_size for each in entries.values()) > size:
        raise damaged(MANIFEST)
    for name, entry in entries.items():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        is_known = entry.compress_type in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
        if entry.flag_bits & 0x1 or not is_known or kind not in (0, stat.S_IFREG):
            raise damaged(name[:80])
    return entries
