"""Whoever waits to write to a SQLite file comes before the one who has just written."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import UnavailableError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.turnstiles import Turnstile

CONTEXT = Context(SYSTEM, datetime(2026, 5, 4, 8, 30, tzinfo=UTC))


def is_taken(folder: Path) -> bool:
    try:
        with Turnstile(folder, 0).passing():
            return False
    except UnavailableError:
        return True


def test_one_goes_through_at_a_time(tmp_path: Path) -> None:
    with Turnstile(tmp_path, 5).passing(), pytest.raises(UnavailableError):
        Turnstile(tmp_path, 0).passing().__enter__()
    assert not is_taken(tmp_path)


def test_who_waits_writes_before_the_one_who_has_written(tmp_path: Path) -> None:
    # Two stores on one file stand for two processes: neither knows of the other's threads.
    first, second = (Store(f"sqlite:///{tmp_path / 'shared.db'}") for _ in range(2))
    with first.write(CONTEXT) as session:
        session.execute(text("CREATE TABLE turns (number INTEGER PRIMARY KEY, who TEXT)"))

    def write(store: Store, who: str) -> None:
        with store.write(CONTEXT) as session:
            session.execute(text("INSERT INTO turns (who) VALUES (:who)"), {"who": who})

    waiting = threading.Thread(target=write, args=(second, "who waited"))
    with first.write(CONTEXT):
        waiting.start()
        while not is_taken(tmp_path):
            pass
    write(first, "who had written")
    waiting.join()
    with first.read(CONTEXT) as session:
        turns = session.rows(text("SELECT who FROM turns ORDER BY number"))
    assert [who for (who,) in turns] == ["who waited", "who had written"]
    first.close()
    second.close()
