"""A type changes while others write the field: no acknowledged value is lost, nobody fails."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy import insert, select, update

from cardwright_entities.changes.commits import load_catalog, read_active
from cardwright_entities.changes.tables import build_tables
from cardwright_entities.store.sessions import Session

BASE = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
list: {columns: [name]}
"""
TYPED = BASE.replace("code: {type: text}", "code: {type: integer}")
RECORDS = 300


class Writers:
    """Threads that go by the definitions in use inside each write, as the gate does."""

    def __init__(self, bench) -> None:
        self.bench = bench
        self.ended = threading.Event()
        self.errors: list[Exception] = []
        self.said: dict[int, int] = {}
        self.known = {}
        self.threads = [threading.Thread(target=self.run, args=(each,)) for each in range(3)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def run(self, number: int) -> None:
        value = 0
        while not self.ended.is_set():
            value += 1
            record = 1 + number + 3 * (value % (RECORDS // 3))
            try:
                write = partial(self.write, record=record, value=value)
                self.bench.store.run_write(self.bench.context, write)
            except Exception as error:
                self.errors.append(error)
                return
            self.said[record] = value

    def write(self, session: Session, record: int, value: int) -> None:
        table, column = self.place(session)
        typed = str(value) if column.type.python_type is str else value
        done = update(table).where(table.c.id == record).values({column.name: typed})
        assert session.execute(done).rowcount == 1

    def place(self, session: Session):
        active = read_active(session)
        if active.number not in self.known:
            catalog = load_catalog(session, active)
            tables = build_tables(
                catalog.entity("customer"), catalog, self.bench.types, self.bench.store.dialect
            )
            self.known[active.number] = (tables.table, tables.fields["code"][0])
        return self.known[active.number]

    def stored(self) -> dict[int, int]:
        with self.bench.store.read(self.bench.context) as session:
            table, column = self.place(session)
            return {record: int(code) for record, code in session.rows(select(table.c.id, column))}


@pytest.fixture
def writers(bench):
    bench.apply(BASE)
    found = Writers(bench)
    with bench.store.write(bench.context) as session:
        table, column = found.place(session)
        session.execute(insert(table), [{"name": "A", column.name: "0"} for _ in range(RECORDS)])
    return found


def test_no_acknowledged_value_is_lost_while_a_type_changes_there_and_back(bench, writers) -> None:
    with writers:
        bench.apply(TYPED)
        bench.apply(BASE)
        bench.apply(TYPED)
    assert writers.errors == []
    stored = writers.stored()
    assert {record: stored[record] for record in writers.said} == writers.said


def test_two_plans_made_at_once_do_not_both_become_true(bench) -> None:
    bench.apply(BASE)
    plans = [
        bench.plan(TYPED),
        bench.plan(BASE.replace("code: {type: text}", "code: {type: date}")),
    ]
    told: list[str] = []

    def run(plan) -> None:
        try:
            told.append(f"applied {bench.apply_plan(plan)}")
        except Exception as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told)[1] == "applied 2"
    assert sorted(told)[0] in ("ApplyRunning", "PlanError")
