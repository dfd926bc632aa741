"""The two doors: what they allow, how they fail, how writes are tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from installation import make_platform_tables
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import UnavailableError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.driver_errors import (
    Contention,
    ReferenceViolation,
    UniqueViolation,
)
from cardwright_entities.store.platform_tables import cw_account, cw_number, cw_token
from cardwright_entities.store.sessions import Session

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
CONTEXT = Context(SYSTEM, NOW)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    make_platform_tables(store_url)
    opened = Store(store_url, statement_timeout=60)
    yield opened
    opened.close()


def add_series(session: Session, series: str) -> None:
    session.execute(insert(cw_number).values(series=series, period="", last=0))


def write_and_fail(store: Store, act: Callable[[Session], None]) -> None:
    with store.write(CONTEXT) as session:
        act(session)
        raise ZeroDivisionError


def count_series(store: Store) -> int:
    with store.read(CONTEXT) as session:
        return int(session.scalar(select(func.count()).select_from(cw_number)))


def test_a_write_is_stored_when_its_block_ends(store: Store) -> None:
    with store.write(CONTEXT) as session:
        add_series(session, "quote")
    assert count_series(store) == 1


def test_a_write_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(store, lambda session: add_series(session, "quote"))
    assert count_series(store) == 0


def test_tables_created_in_a_write_that_raises_are_gone(store: Store) -> None:
    def act(session: Session) -> None:
        session.execute(text("CREATE TABLE e_half (id integer)"))
        add_series(session, "quote")

    with pytest.raises(ZeroDivisionError):
        write_and_fail(store, act)
    with pytest.raises(DBAPIError), store.read(CONTEXT) as session:
        session.execute(text("SELECT id FROM e_half"))
    assert count_series(store) == 0


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read(CONTEXT) as session:
        add_series(session, "quote")
    assert count_series(store) == 0


def test_a_read_sees_one_state_while_others_write(store: Store) -> None:
    with store.read(CONTEXT) as session:
        count = select(func.count()).select_from(cw_number)
        before = session.scalar(count)
        with store.write(CONTEXT) as writing:
            add_series(writing, "quote")
        assert session.scalar(count) == before == 0


def test_statements_are_counted_without_begin_and_commit(store: Store) -> None:
    with store.write(CONTEXT) as session:
        add_series(session, "quote")
        session.scalar(select(cw_number.c.last))
    assert session.statements == 2


def test_a_taken_value_is_a_unique_violation(store: Store) -> None:
    account = {"login": "wang", "name": "Wang", "roles": [], "created_at": NOW}
    with pytest.raises(UniqueViolation) as caught, store.write(CONTEXT) as session:
        session.execute(insert(cw_account), [account, account])
    assert "cw_account_login" in caught.value.constraint or caught.value.columns == ("login",)


def test_deleting_what_is_pointed_at_is_a_reference_violation(store: Store) -> None:
    with store.write(CONTEXT) as session:
        session.execute(
            insert(cw_account).values(id=1, login="wang", name="Wang", roles=[], created_at=NOW)
        )
        session.execute(
            insert(cw_token).values(account=1, name="t", hash="h", scopes=[], created_at=NOW)
        )
    with pytest.raises(ReferenceViolation), store.write(CONTEXT) as session:
        session.execute(delete(cw_account))


def test_a_savepoint_takes_back_only_its_own_block(store: Store) -> None:
    with store.write(CONTEXT) as session:
        add_series(session, "quote")
        with pytest.raises(UniqueViolation), session.savepoint():
            add_series(session, "quote")
        add_series(session, "order")
    assert count_series(store) == 2


def test_a_statement_that_takes_too_long_is_refused(store: Store) -> None:
    endless = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    with (
        pytest.raises(UnavailableError) as caught,
        store.read(CONTEXT, timeout=0.2) as session,
    ):
        session.scalar(endless)
    assert caught.value.message.code == "too_expensive"
    assert count_series(store) == 0


def test_actions_run_after_the_commit_and_only_then(store: Store) -> None:
    seen: list[int] = []
    with store.write(CONTEXT) as session:
        add_series(session, "quote")
        session.after_commit(lambda: seen.append(count_series(store)))
        assert seen == []
    with pytest.raises(ZeroDivisionError):
        write_and_fail(store, lambda session: session.after_commit(lambda: seen.append(0)))
    assert seen == [1]


def test_a_write_is_tried_again_while_others_stand_in_the_way(store: Store) -> None:
    tries: list[Session] = []

    def act(session: Session) -> str:
        add_series(session, "quote")
        tries.append(session)
        if len(tries) < 3:
            raise Contention
        return "stored"

    assert store.run_write(CONTEXT, act) == "stored"
    assert (len(tries), count_series(store)) == (3, 1)


def test_a_write_gives_up_after_five_tries(store: Store) -> None:
    tries: list[Session] = []

    def act(session: Session) -> None:
        tries.append(session)
        raise Contention

    with pytest.raises(UnavailableError):
        store.run_write(CONTEXT, act)
    assert len(tries) == 5


def test_writers_in_threads_lose_no_update(store: Store) -> None:
    with store.write(CONTEXT) as session:
        add_series(session, "quote")

    def count_up(session: Session) -> None:
        session.execute(update(cw_number).values(last=cw_number.c.last + 1))

    def work() -> None:
        for _ in range(20):
            store.run_write(CONTEXT, count_up)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read(CONTEXT) as session:
        assert session.scalar(select(cw_number.c.last)) == 120


def test_a_write_inside_a_write_of_the_same_thread_is_our_mistake(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    store.upgrade(CONTEXT)
    with (
        store.write(CONTEXT),
        pytest.raises(RuntimeError, match="already writes"),
        store.write(CONTEXT),
    ):
        pass
    store.close()


def test_deadlocked_writers_both_succeed(store: Store) -> None:
    with store.write(CONTEXT) as session:
        add_series(session, "a")
        add_series(session, "b")
    barrier = threading.Barrier(2)

    def move(first: str, second: str) -> None:
        met = []

        def act(session: Session) -> None:
            change(session, first)
            if not met and store.dialect == "postgresql":
                met.append(barrier.wait(timeout=60))
            change(session, second)

        store.run_write(CONTEXT, act)

    def change(session: Session, series: str) -> None:
        session.execute(
            update(cw_number).where(cw_number.c.series == series).values(last=cw_number.c.last + 1)
        )

    threads = [threading.Thread(target=move, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read(CONTEXT) as session:
        assert session.rows(select(cw_number.c.last)) == [(2,), (2,)]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:/// or postgresql://"):
        Store("mysql://localhost/x")


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Store("sqlite:///:memory:")
