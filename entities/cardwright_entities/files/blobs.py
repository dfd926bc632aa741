"""Contents of files on disk, each once, under its SHA-256; whole before anything names it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from cardwright_entities.errors import LimitError, Message
from cardwright_entities.files.content_types import found_type
from cardwright_entities.store.fault_points import reach

#: How long a content that nothing refers to is kept.
GRACE = timedelta(hours=24)

_CHUNK = 256 * 1024
_HEAD = 4096
_MEGABYTE = 1_000_000
_TEMPORARY = "tmp"


class Readable(Protocol):
    """Where bytes come from, such as an upload."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, none at the end."""


@dataclass(frozen=True)
class Blob:
    """A stored content: its hash, its size, and its type as we found it."""

    sha256: str
    size: int
    type: str


class Blobs:
    """The folder of contents: ``ab/cd/<sha256>``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, source: Readable, *, limit: int, name: str = "") -> Blob:
        """Store a content and return what it is; raise LimitError beyond ``limit`` bytes.

        Safe on disk when it returns, so that a row that names it may be committed.
        """
        with self._temporary() as target:
            digest, size, head = hashlib.sha256(), 0, b""
            while piece := source.read(_CHUNK):
                size += len(piece)
                if size > limit:
                    raise LimitError(Message.of("file_larger_than", limit=limit // _MEGABYTE))
                digest.update(piece)
                head = head or piece[:_HEAD]
                target.write(piece)
            blob = Blob(digest.hexdigest(), size, found_type(head, name))
            self._keep(target, blob.sha256)
        return blob

    def put_file(self, path: Path, *, name: str = "") -> Blob:
        """Store the content of a file that we made ourselves."""
        with path.open("rb") as source:
            return self.put(source, limit=path.stat().st_size, name=name)

    def path(self, sha256: str) -> Path:
        """Return where a content lies."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a hash")
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """Open a content for reading."""
        return cast(BinaryIO, self.path(sha256).open("rb"))

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Give a folder for files in the making, on the same disk; it goes away after."""
        place = self._folder / _TEMPORARY
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def remove(self, sha256: str, *, before: datetime) -> bool:
        """Delete a content that nobody put since a time; tell whether it is gone.

        A content that is put again meanwhile is kept: putting always renews the file.
        """
        path = self.path(sha256)
        aside = self._folder / _TEMPORARY / f"{sha256}.going"
        try:
            if path.stat().st_mtime >= before.timestamp():
                return False
            aside.parent.mkdir(parents=True, exist_ok=True)
            path.rename(aside)
        except FileNotFoundError:
            return True
        if aside.stat().st_mtime >= before.timestamp():
            aside.rename(path)
            return False
        aside.unlink()
        return True

    def clear_temporary(self, *, before: datetime) -> int:
        """Delete what crashed work has left behind; return how many files."""
        count = 0
        place = self._folder / _TEMPORARY
        for path in sorted(place.rglob("*"), reverse=True) if place.exists() else ():
            with suppress(OSError):
                if path.is_dir():
                    path.rmdir()
                elif path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    count += 1
        return count

    def known(self, *, before: datetime) -> Iterator[str]:
        """Yield the hashes of contents that were put before a time."""
        for path in self._folder.glob("??/??/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    yield path.name

    @contextmanager
    def _temporary(self) -> Iterator[IO[bytes]]:
        place = self._folder / _TEMPORARY
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, delete=False) as target:
            try:
                yield target
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(target.name)

    def _keep(self, target: IO[bytes], sha256: str) -> None:
        path = self.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        target.flush()
        os.fsync(target.fileno())
        reach("blob written")
        os.replace(target.name, path)
        _sync_folder(path.parent)
        reach("blob in place")


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
