"""Rows as lines of JSON that are the same on every engine, and a digest of all of them.

The digest is the sum of the lines' hashes: the order in which an engine keeps rows does not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from cardwright_entities.backups.errors import damaged
from cardwright_entities.backups.kinds import find_kind
from cardwright_entities.backups.shapes import TableShape
from cardwright_entities.store.sessions import Session

_AT_ONCE = 1_000
_WRAP = 2**256
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


class RowsDigest:
    """How many rows, and the sum of their hashes."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        """Take in one row, a line without its end."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest(), "big")) % _WRAP

    def hexadecimal(self) -> str:
        """Return the digest."""
        return f"{self._sum:064x}"


def read_lines(session: Session, shape: TableShape) -> Iterator[bytes]:
    """Yield the rows of a table as lines without ends, a few at a time from the database."""
    table = shape.table
    writers = [find_kind(kind).write for kind in shape.columns.values()]
    statement = select(*(table.c[name] for name in shape.columns))
    streamed = statement.execution_options(stream_results=True, yield_per=_AT_ONCE)
    for row in session.execute(streamed):
        values = [
            None if value is None else write(value)
            for write, value in zip(writers, row, strict=True)
        ]
        yield _encode(values).encode()


def digest_of(session: Session, shape: TableShape) -> RowsDigest:
    """Read a table and return its digest."""
    digest = RowsDigest()
    for line in read_lines(session, shape):
        digest.add(line)
    return digest


def parse_lines(shape: TableShape, lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """Turn lines back into rows; raise BackupError for what is no row of the table."""
    readers = [(name, find_kind(kind).read) for name, kind in shape.columns.items()]
    for line in lines:
        try:
            values = json.loads(line)
            if not isinstance(values, list) or len(values) != len(readers):
                raise ValueError(line)
            yield {
                name: None if value is None else read(value)
                for (name, read), value in zip(readers, values, strict=True)
            }
        except (ValueError, RecursionError) as error:
            raise damaged(shape.name) from error
