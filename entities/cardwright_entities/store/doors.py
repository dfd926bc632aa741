"""The two doors to the database: reads that cannot write, writes that queue and can be retried."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from cardwright_entities.contexts import Context
from cardwright_entities.errors import AccessError, Message, UnavailableError
from cardwright_entities.store.driver_errors import Contention, DatabaseGone, translate
from cardwright_entities.store.engines import Synchronous, build_engine
from cardwright_entities.store.fault_points import reach
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.turnstiles import Turnstile
from cardwright_entities.store.upgrading import upgrade

Result = TypeVar("Result")

#: How often a write is tried when other transactions stand in its way.
TRIES = 5
_QUEUE_SECONDS = 30.0
_PAUSE_SECONDS = 0.05
#: Seconds that one gives way to others at most.
_MOST_REST = 0.1
#: Key of PostgreSQL's advisory lock that all who write share.
WRITING = 7_226_001


class Store:
    """One database. Threads share it; each transaction goes through one of its two doors."""

    def __init__(
        self,
        url: str,
        *,
        statement_timeout: float = 10.0,
        pool_size: int = 10,
        synchronous: Synchronous = "normal",
    ) -> None:
        self.engine = build_engine(url, pool_size=pool_size, synchronous=synchronous)
        self.dialect = cast(Literal["sqlite", "postgresql"], self.engine.dialect.name)
        self.statement_timeout = statement_timeout
        # Embedded writers queue here instead of spinning on SQLite's busy timeout.
        self._writers = threading.Lock()
        self._turns = threading.local()
        self._turnstile = _turnstile_of(self.engine)

    @property
    def name(self) -> str:
        """Return what people call the database: its name on the server, or that of its file."""
        database = self.engine.url.database or ""
        return Path(database).name if self.dialect == "sqlite" else database

    def close(self) -> None:
        """Close all connections that are not in use."""
        self.engine.dispose()

    def upgrade(self, context: Context) -> None:
        """Bring the platform's own tables to this code's version; refuse a newer database."""
        with self.write(context, timeout=600) as session:
            upgrade(session.connection)

    @contextmanager
    def read(self, context: Context, *, timeout: float | None = None) -> Iterator[Session]:
        """Open a transaction that sees one state and cannot write; ``timeout`` is per statement."""
        with self._transaction(context, writing=False, timeout=timeout) as session:
            yield session

    def glance(self, context: Context, action: Callable[[Session], Result]) -> Result:
        """Read without a transaction: for what one statement finds out, such as who asks.

        It costs one round trip instead of three. The action may run twice, when the server was
        restarted since the connection was last used, and must change nothing.
        """
        for tried in (1, 2):
            connection = self._connect()
            try:
                with connection:
                    if self.dialect == "sqlite":
                        connection.info["deadline"].set(None)
                    timeout = self.statement_timeout
                    return action(Session(context, connection, writing=False, timeout=timeout))
            except DatabaseGone:
                if tried == 2:
                    raise
        raise AssertionError("the second try returns or raises")

    @contextmanager
    def write(self, context: Context, *, timeout: float | None = None) -> Iterator[Session]:
        """Open a transaction that may write; it commits when the block ends without an error.

        Raise Contention when others stand in the way: ``run_write`` tries again.
        """
        with self._turn(), self._transaction(context, writing=True, timeout=timeout) as session:
            yield session
        session.finish()

    @contextmanager
    def rebuild(self, context: Context, *, timeout: float) -> Iterator[Session]:
        """Open a transaction that replaces everything: SQLite checks no foreign keys meanwhile.

        Who rebuilds checks them before the end, see ``backups.rebuilding``.
        """
        with (
            self._turn(),
            self._transaction(context, writing=True, timeout=timeout, unlinked=True) as session,
        ):
            yield session
        session.finish()

    def run_write(
        self,
        context: Context,
        action: Callable[[Session], Result],
        *,
        timeout: float | None = None,
    ) -> Result:
        """Run an action inside the write door, up to five times while others stand in the way.

        The action must have no effect outside the database; leave those to ``after_commit``.
        """
        for tried in range(1, TRIES + 1):
            try:
                with (
                    self._turn(),
                    self._transaction(context, writing=True, timeout=timeout) as session,
                ):
                    result = action(session)
                break
            except Contention:
                if tried == TRIES:
                    raise
                time.sleep(_PAUSE_SECONDS * tried * (0.5 + random.random()))
        session.finish()
        return result

    @contextmanager
    def giving_way(self) -> Iterator[None]:
        """Leave others time to write where one writes at a time: as much as the block took."""
        begun = time.monotonic()
        yield
        if self.dialect == "sqlite":
            time.sleep(min(time.monotonic() - begun, _MOST_REST))

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Open a connection without a transaction, for what PostgreSQL does only outside of one."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise translate(error) from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self.dialect != "sqlite":
            yield
            return
        if getattr(self._turns, "mine", False):
            raise RuntimeError("this thread already writes: one transaction inside another")
        if not self._writers.acquire(timeout=_QUEUE_SECONDS):
            raise UnavailableError(Message("busy"))
        self._turns.mine = True
        try:
            yield
        finally:
            self._turns.mine = False
            self._writers.release()

    @contextmanager
    def _transaction(
        self,
        context: Context,
        *,
        writing: bool,
        timeout: float | None,
        unlinked: bool = False,
    ) -> Iterator[Session]:
        if writing and context.principal.viewer is not None:
            # Whoever looks as somebody else changes nothing, whatever page he is on.
            raise AccessError(Message("view_as_reads_only"))
        seconds = self.statement_timeout if timeout is None else timeout
        with self._turnstile.passing() if writing and self._turnstile else nullcontext():
            connection = self._open(writing=writing, seconds=seconds, unlinked=unlinked)
        try:
            with connection, connection.begin():
                session = Session(context, connection, writing=writing, timeout=seconds)
                yield session
                if writing:
                    session.store_gathered()
                    reach("commit")
        except DBAPIError as error:
            raise translate(error) from error
        if writing:
            reach("committed")

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except PoolTimeoutError as error:
            raise UnavailableError(Message("busy")) from error
        except DBAPIError as error:
            raise translate(error) from error

    def _open(self, *, writing: bool, seconds: float, unlinked: bool) -> Connection:
        connection = self._connect()
        driver_error = self.engine.dialect.loaded_dbapi.Error
        try:
            try:
                _begin(connection, writing=writing, seconds=seconds, unlinked=unlinked)
            except driver_error as error:
                if not self.engine.dialect.is_disconnect(error, None, None):
                    raise
                # The server was restarted since the connection was last used.
                connection.invalidate(error)
                _begin(connection, writing=writing, seconds=seconds, unlinked=unlinked)
        except driver_error as error:
            connection.close()
            raise translate(DBAPIError("BEGIN", {}, error)) from error
        return connection


def _turnstile_of(engine: Engine) -> Turnstile | None:
    """Return what keeps the processes apart that write to a SQLite file, None for a server."""
    if engine.dialect.name != "sqlite":
        return None
    return Turnstile(Path(engine.url.database or "").parent, _QUEUE_SECONDS)


def wait_for_writers(session: Session) -> None:
    """Keep everybody else from writing until this transaction ends; those who write finish first.

    On SQLite one writes at a time anyway.
    """
    if session.dialect == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({WRITING})"))


def _begin(connection: Connection, *, writing: bool, seconds: float, unlinked: bool) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        _set_pragma(connection, driver, "foreign_keys", "ON", "OFF" if unlinked else "ON")
        # Sorting a whole table for an index must not take the memory of a whole table.
        _set_pragma(connection, driver, "temp_store", "MEMORY", "FILE" if unlinked else "MEMORY")
        _begin_sqlite(connection, driver, writing=writing)
        return
    mode = "READ COMMITTED" if writing else "REPEATABLE READ READ ONLY"
    begin = f"BEGIN ISOLATION LEVEL {mode}; SET LOCAL statement_timeout = {int(seconds * 1000)}"
    # Whoever publishes definitions waits until those who write by the former ones are done.
    shared = f"; SELECT pg_advisory_xact_lock_shared({WRITING})" if writing else ""
    driver.execute(begin + shared, prepare=False)


def _begin_sqlite(connection: Connection, driver: Any, *, writing: bool) -> None:
    connection.info["deadline"].set(None)
    _set_pragma(connection, driver, "query_only", "", "OFF" if writing else "ON")
    # Immediate: a deferred transaction that reads and then writes fails at once.
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN").close()


def _set_pragma(connection: Connection, driver: Any, name: str, first: str, wanted: str) -> None:
    """Set what holds until the connection is used for something else; ``first`` is how it came."""
    if connection.info.get(name, first) != wanted:
        driver.execute(f"PRAGMA {name}={wanted}").close()
        connection.info[name] = wanted
