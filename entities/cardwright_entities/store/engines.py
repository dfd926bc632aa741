"""Database URLs → SQLAlchemy engines that begin no transaction by themselves."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from cardwright_entities.expressions.sqlite_functions import register

Synchronous = Literal["normal", "full"]

#: SQLite's virtual machine asks after this many instructions whether time is up.
_INSTRUCTIONS = 20_000
_BUSY_MILLISECONDS = 5_000
_CACHE_KIBIBYTES = 16_384


class Deadline:
    """When the running statement of one SQLite connection has to end."""

    __slots__ = ("_at",)

    def __init__(self) -> None:
        self._at = float("inf")

    def set(self, seconds: float | None) -> None:
        """Give the next statement so many seconds; None is no limit."""
        self._at = float("inf") if seconds is None else time.monotonic() + seconds

    def passed(self) -> bool:
        """Tell SQLite to stop: true interrupts the statement."""
        return time.monotonic() > self._at


def build_engine(url: str, *, pool_size: int = 10, synchronous: Synchronous = "normal") -> Engine:
    """Return the engine of a ``sqlite:///path`` or ``postgresql://`` URL; raise ValueError else."""
    target = make_url(url)
    backend = target.get_backend_name()
    if backend == "sqlite":
        return _sqlite(target, pool_size, synchronous)
    if backend == "postgresql":
        return _postgresql(target, pool_size)
    raise ValueError(f"A database URL starts with sqlite:/// or postgresql://, not {backend}")


def _sqlite(url: URL, pool_size: int, synchronous: Synchronous) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file: threads and processes share it")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=30,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
    )

    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        # The default opens transactions on its own and leaves DDL outside of them.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_MILLISECONDS}",
            f"synchronous={synchronous}",
            f"cache_size=-{_CACHE_KIBIBYTES}",
            "temp_store=MEMORY",
            "recursive_triggers=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        register(connection)
        deadline = Deadline()
        record.info["deadline"] = deadline
        connection.set_progress_handler(deadline.passed, _INSTRUCTIONS)

    def rest(connection: sqlite3.Connection | None, record: Any) -> None:
        # Who takes it next without a door must not inherit the end of an old statement.
        if connection is not None:
            record.info["deadline"].set(None)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkin", rest)
    return engine


def _postgresql(url: URL, pool_size: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=2,
        pool_timeout=30,
        connect_args={"connect_timeout": 10, "application_name": "cardwright"},
    )

    def prepare(connection: psycopg.Connection[Any], record: Any) -> None:
        # The doors begin: one message opens the transaction and sets its limits.
        connection.autocommit = True
        connection.execute("SET timezone = 'UTC'")

    event.listen(engine, "connect", prepare)
    return engine
