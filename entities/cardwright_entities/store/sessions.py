"""One transaction: statements are counted, drivers' errors become ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Row
from sqlalchemy.exc import DBAPIError

from cardwright_entities.contexts import Context
from cardwright_entities.store.driver_errors import translate
from cardwright_entities.store.engines import Deadline
from cardwright_entities.store.fault_points import reach

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
#: A row of any columns.
AnyRow = Row[*tuple[Any, ...]]


class Session:
    """One open transaction; comes out of a door of the store and ends with it."""

    def __init__(
        self,
        context: Context,
        connection: Connection,
        *,
        writing: bool,
        timeout: float | None,
    ) -> None:
        self.context = context
        self.dialect = connection.dialect.name
        self.writing = writing
        self.statements = 0  #: how many were sent, without begin and commit
        self.connection = connection
        self._timeout = timeout
        self._deadline: Deadline | None = connection.info.get("deadline")
        self._actions: list[Callable[[], None]] = []

    def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Send one statement, with one set of parameters or many."""
        self.statements += 1
        if self.writing:
            reach("statement")
        if self._deadline is not None:
            self._deadline.set(self._timeout)
        try:
            return self.connection.execute(statement, parameters)
        except DBAPIError as error:
            raise translate(error) from error

    def rows(self, statement: Executable, parameters: Parameters | None = None) -> list[AnyRow]:
        """Send a query and return all its rows."""
        result = self.execute(statement, parameters)
        try:
            return list(result.all())
        except DBAPIError as error:
            raise translate(error) from error

    def row(self, statement: Executable, parameters: Parameters | None = None) -> AnyRow | None:
        """Send a query and return its first row, None when there is none."""
        rows = self.rows(statement, parameters)
        return rows[0] if rows else None

    def scalar(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """Send a query and return the first value of its first row, None when there is none."""
        row = self.row(statement, parameters)
        return None if row is None else row[0]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote if it raises; the transaction itself goes on."""
        try:
            with self.connection.begin_nested():
                yield
        except DBAPIError as error:
            raise translate(error) from error

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call this once the transaction is safely stored; never if it is rolled back."""
        self._actions.append(action)

    def finish(self) -> None:
        """Do what was to be done after the commit, once."""
        actions, self._actions = self._actions, []
        for action in actions:
            action()
