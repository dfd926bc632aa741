"""What a database driver reports, as errors that people and the gate can act on."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from cardwright_entities.errors import CardwrightError, Message, UnavailableError

_INDEX = re.compile(r"UNIQUE constraint failed: index '(\w+)'")
_COLUMNS = re.compile(r"UNIQUE constraint failed: (.+)")


class Contention(UnavailableError):  # noqa: N818 - a state that passes, not a mistake
    """Another transaction stood in the way: the same work may succeed when tried again."""

    def __init__(self) -> None:
        super().__init__(Message("busy"))


class DatabaseGone(UnavailableError):  # noqa: N818 - a state that passes, not a mistake
    """The server cannot be reached, or was restarted since the connection was last used."""

    def __init__(self) -> None:
        super().__init__(Message("database_gone"))


class UniqueViolation(CardwrightError):  # noqa: N818 - named after what the database reports
    """A value is taken. ``constraint`` names the index; on SQLite it may be empty.

    Then ``columns`` holds the physical columns; ``EntityTables.violated`` finds the fields.
    """

    def __init__(self, constraint: str, table: str, columns: tuple[str, ...]) -> None:
        self.constraint = constraint
        self.table = table
        self.columns = columns
        super().__init__(Message("already_used"))


class ReferenceViolation(CardwrightError):  # noqa: N818 - named after what the database reports
    """A record is still pointed at, or a link points to nothing."""

    def __init__(self, constraint: str, table: str) -> None:
        self.constraint = constraint  #: empty on SQLite, which does not say
        self.table = table
        super().__init__(Message("still_in_use"))


def translate(error: DBAPIError) -> Exception:
    """Return the error to raise instead; the same error if it is our own mistake."""
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        return _from_sqlite(origin) or error
    if isinstance(origin, psycopg.Error):
        return _from_postgresql(origin) or error
    return error


def _from_sqlite(error: sqlite3.Error) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", 0) or 0
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Contention()
    if primary == sqlite3.SQLITE_INTERRUPT:
        return UnavailableError(Message("too_expensive"))
    if primary == sqlite3.SQLITE_FULL:
        return UnavailableError(Message("disk_full"))
    if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        return _sqlite_unique(str(error))
    # RESTRICT is reported as if a trigger had refused.
    if primary == sqlite3.SQLITE_CONSTRAINT and "FOREIGN KEY" in str(error):
        return ReferenceViolation("", "")
    return None


def _sqlite_unique(text: str) -> UniqueViolation:
    index = _INDEX.search(text)
    if index:
        return UniqueViolation(index[1], "", ())
    columns = _COLUMNS.search(text)
    pairs = [part.strip().partition(".") for part in columns[1].split(",")] if columns else []
    return UniqueViolation(
        "", pairs[0][0] if pairs else "", tuple(column for _, _, column in pairs)
    )


def _from_postgresql(error: psycopg.Error) -> Exception | None:
    retried: tuple[type[psycopg.Error], ...] = (
        psycopg.errors.SerializationFailure,
        psycopg.errors.DeadlockDetected,
        psycopg.errors.LockNotAvailable,
    )
    if isinstance(error, retried):
        return Contention()
    if isinstance(error, psycopg.errors.QueryCanceled):
        return UnavailableError(Message("too_expensive"))
    if isinstance(error, psycopg.errors.DiskFull):
        return UnavailableError(Message("disk_full"))
    if isinstance(error, psycopg.errors.UniqueViolation):
        return UniqueViolation(*_named(error), ())
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return ReferenceViolation(*_named(error))
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return DatabaseGone()
    return None


def _named(error: psycopg.Error) -> tuple[str, str]:
    diagnostic: Any = error.diag
    return diagnostic.constraint_name or "", diagnostic.table_name or ""
