"""One transaction: statements are counted, drivers' errors become ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Row,
    SelectBase,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from cardwright_entities.contexts import Context
from cardwright_entities.store.driver_errors import translate
from cardwright_entities.store.engines import Deadline
from cardwright_entities.store.fault_points import reach

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
#: A row of any columns.
AnyRow = Row[*tuple[Any, ...]]


#: Rows from which COPY is quicker than INSERT.
_WORTH_COPYING = 20


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
        self.changes = 0  #: rises with whatever may have changed what queries find
        self.connection = connection
        self._timeout = timeout
        self._deadline: Deadline | None = connection.info.get("deadline")
        self._actions: list[Callable[[], None]] = []
        self._gathered: dict[Table, list[dict[str, Any]]] = {}
        self._worth: dict[Table, Callable[[dict[str, Any]], bool]] = {}

    def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Send one statement, with one set of parameters or many."""
        self.statements += 1
        self.changes += not isinstance(statement, SelectBase)
        if self.writing:
            reach("statement")
        if self._deadline is not None:
            self._deadline.set(self._timeout)
        try:
            return self.connection.execute(statement, parameters)
        except DBAPIError as error:
            raise translate(error) from error

    def insert_row(self, table: Table, row: Mapping[str, Any]) -> int:
        """Insert one row and return its id."""
        # Values that come as parameters leave one statement, made and compiled once.
        return int(self.scalar(table.insert().returning(table.c["id"]), row))

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that all name the same columns, ids included, as fast as the engine takes."""
        if not rows:
            return
        # PostgreSQL takes ids of a numbered table by COPY alone.
        few = len(rows) < _WORTH_COPYING and "id" not in rows[0]
        if self.dialect != "postgresql" or few:
            self.execute(table.insert(), list(rows))
            return
        self.statements += 1
        self.changes += 1
        reach("statement")
        columns = [table.c[name] for name in rows[0]]
        dialect = self.connection.dialect
        writers = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
        names = ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)
        target = dialect.identifier_preparer.format_table(table)
        pairs = [(column.name, write) for column, write in zip(columns, writers, strict=True)]
        driver: Any = self.connection.connection.driver_connection
        try:
            into = f"COPY {target} ({names}) FROM STDIN"
            with driver.cursor() as cursor, cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(
                        [write(row[name]) if write else row[name] for name, write in pairs]
                    )
        except psycopg.Error as error:
            raise translate(DBAPIError("COPY", {}, error)) from error

    def new_ids(self, table: Table, number: int) -> list[int]:
        """Return ids for rows that are about to be inserted, in rising order, never given twice."""
        if self.dialect == "postgresql":
            name = self.connection.dialect.identifier_preparer.format_table(table)
            sequence = func.pg_get_serial_sequence(name, "id")
            statement = select(func.nextval(sequence)).select_from(
                func.generate_series(1, number).alias("n")
            )
            return sorted(int(row[0]) for row in self.rows(statement))
        # Nobody else writes meanwhile, and AUTOINCREMENT follows the ids that rows bring.
        last = text("select coalesce((select seq from sqlite_sequence where name = :name), 0)")
        first = int(self.scalar(last, {"name": table.name})) + 1
        return list(range(first, first + number))

    def _has_failed(self) -> bool:
        driver: Any = self.connection.connection.driver_connection
        return bool(driver.info.transaction_status == psycopg.pq.TransactionStatus.INERROR)

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
        gathered = {table: [dict(row) for row in rows] for table, rows in self._gathered.items()}
        try:
            with self.connection.begin_nested():
                yield
        except BaseException as error:
            self._gathered = gathered
            if isinstance(error, DBAPIError):
                raise translate(error) from error
            raise
        finally:
            self.changes += 1

    def gather(
        self,
        table: Table,
        row: dict[str, Any],
        *,
        worth: Callable[[dict[str, Any]], bool] | None = None,
    ) -> None:
        """Have a row stored right before the commit, together with others of its table.

        All rows of a table name the same columns. What a savepoint gathers goes with it.
        ``worth``: asked of each row of the table, as it is then, whether it is stored at all.
        """
        self._gathered.setdefault(table, []).append(row)
        if worth is not None:
            self._worth[table] = worth

    def gathered(self, table: Table) -> list[dict[str, Any]]:
        """Return the rows that wait to be stored; who gathers may still complete them."""
        return self._gathered.get(table, [])

    def store_gathered(self) -> None:
        """Store what was gathered, one statement a table."""
        gathered, self._gathered = self._gathered, {}
        if self.dialect == "postgresql" and self._has_failed():
            return  # its commit takes everything back
        for table, waiting in gathered.items():
            worth = self._worth.get(table)
            rows = waiting if worth is None else [row for row in waiting if worth(row)]
            if rows:
                self.insert_many(table, rows)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call this once the transaction is safely stored; never if it is rolled back."""
        self._actions.append(action)

    def finish(self) -> None:
        """Do what was to be done after the commit, once."""
        actions, self._actions = self._actions, []
        for action in actions:
            action()
