"""The manifest of a backup: what is in it, by which version of what, and digests to compare."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cardwright_entities.backups.errors import BackupError, damaged
from cardwright_entities.backups.shapes import TableShape
from cardwright_entities.errors import Message

#: Rises when an older program could not read what a newer one writes.
FORMAT = 1
MANIFEST = "manifest.json"
_HASH = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[A-Za-z0-9_.+-]{0,80}")


@dataclass(frozen=True, kw_only=True)
class TableEntry:
    """One table in a backup. ``last`` is the highest number that it gave a row."""

    shape: TableShape
    rows: int
    digest: str
    sha256: str
    size: int
    last: int = 0

    @property
    def member(self) -> str:
        """Return where its rows stand in the archive."""
        return f"tables/{self.shape.name}.ndjson"


@dataclass(frozen=True, kw_only=True)
class FilesEntry:
    """Contents of files, each under its hash; ``missing`` were lost before the backup."""

    count: int = 0
    bytes: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself. ``key`` tells installation keys apart, and nothing of them."""

    version: str
    engine: str
    revision: str
    commit: int
    taken_at: datetime
    key: str
    tables: tuple[TableEntry, ...]
    files: FilesEntry

    @property
    def rows(self) -> int:
        """Return how many rows there are in all tables."""
        return sum(each.rows for each in self.tables)

    def to_bytes(self) -> bytes:
        """Return the manifest as it is written."""
        tables = {
            each.shape.name: {
                **each.shape.to_json(),
                "rows": each.rows,
                "digest": each.digest,
                "sha256": each.sha256,
                "size": each.size,
                "last": each.last,
            }
            for each in self.tables
        }
        body = {
            "format": FORMAT,
            "version": self.version,
            "engine": self.engine,
            "revision": self.revision,
            "commit": self.commit,
            "taken_at": self.taken_at.isoformat(),
            "key": self.key,
            "tables": tables,
            "files": asdict(self.files),
        }
        return json.dumps(body, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Manifest:
        """Read a manifest; raise BackupError for another format, or what we never write."""
        try:
            body = json.loads(raw)
            if body["format"] != FORMAT:
                raise BackupError(Message.of("backup_format", format=str(body["format"])[:20]))
            return cls(
                version=_word(body["version"]),
                engine=_word(body["engine"]),
                revision=_word(body["revision"]),
                commit=_count(body["commit"]),
                taken_at=_moment(body["taken_at"]),
                key=_word(body["key"]),
                tables=tuple(_table(name, each) for name, each in body["tables"].items()),
                files=_files(body["files"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise damaged(MANIFEST) from error


def _table(name: str, body: Mapping[str, Any]) -> TableEntry:
    return TableEntry(
        shape=TableShape.from_json(name, body),
        rows=_count(body["rows"]),
        digest=_hash(body["digest"]),
        sha256=_hash(body["sha256"]),
        size=_count(body["size"]),
        last=_count(body["last"]),
    )


def _files(body: Mapping[str, Any]) -> FilesEntry:
    missing = tuple(_hash(each) for each in body["missing"])
    return FilesEntry(count=_count(body["count"]), bytes=_count(body["bytes"]), missing=missing)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def _hash(value: object) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError(value)
    return value


def _word(value: object) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError(value)
    return value


def _moment(value: object) -> datetime:
    found = datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError(value)
    return found
