"""Definitions change while others read and write: nobody fails, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, text

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.holders import ApplyRunning, hold_apply, is_dead, new_holder
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.changes.reflection import read_indexes
from cardwright_entities.changes.settling import settle_indexes
from cardwright_entities.changes.tables import build_tables
from cardwright_entities.errors import PlanError, UnavailableError

BEFORE = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
list: {columns: [name]}
"""

AFTER = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text, unique: true}
  amount: {type: money}
  parent: {type: parent}
  order: {type: link, to: order}
search: [name, code]
list: {columns: [name, code, amount], sort: [-amount]}
---
kind: entity
name: order
title: customer
label: {zh: 订单, en: Order}
fields:
  customer: {type: link, to: customer}
"""


class Traffic:
    """Threads that use the old tables over and over until told to stop."""

    def __init__(self, bench) -> None:
        with bench.store.read(bench.context) as session:
            _, catalog = load_active(session)
        self.bench = bench
        self.table = build_tables(
            catalog.entity("customer"), catalog, bench.types, bench.store.dialect
        ).table
        self.ended = threading.Event()
        self.errors: list[Exception] = []
        self.written: list[str] = []
        self.threads = [
            threading.Thread(target=self.repeat, args=(work,))
            for work in (self.read, self.read, self.write)
        ]

    def __enter__(self) -> Traffic:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def repeat(self, work: Callable[[], None]) -> None:
        while not self.ended.is_set():
            try:
                work()
            except Exception as error:
                self.errors.append(error)
                return

    def read(self) -> None:
        with self.bench.store.read(self.bench.context) as session:
            session.rows(select(self.table.c.id, self.table.c.name).limit(50))
            session.rows(select(self.table.c.code).order_by(self.table.c.id.desc()).limit(50))

    def write(self) -> None:
        code = f"C{len(self.written)}"
        self.bench.store.run_write(
            self.bench.context,
            lambda session: session.execute(
                insert(self.table).values(name=code, code=code, changed_at=self.bench.context.now)
            ),
        )
        self.written.append(code)


def test_people_go_on_working_while_definitions_change(bench) -> None:
    bench.apply(BEFORE)
    with Traffic(bench) as traffic:
        bench.apply(AFTER)
    assert traffic.errors == []
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    with bench.store.read(bench.context) as session:
        names = session.rows(text("SELECT name FROM e_customer ORDER BY id"))
    assert [name for (name,) in names] == traffic.written


def test_only_one_change_runs_at_a_time(bench) -> None:
    plan = bench.plan(BEFORE)
    with (
        hold_apply(bench.store, bench.context, lambda: bench.context.now),
        pytest.raises(ApplyRunning) as caught,
    ):
        bench.apply_plan(plan)
    assert isinstance(caught.value, UnavailableError)
    assert bench.apply_plan(plan) == 1


def test_of_two_that_apply_at_once_one_wins(bench) -> None:
    plans = [bench.plan(BEFORE), bench.plan(AFTER)]
    results: list[object] = []

    def work(plan) -> None:
        try:
            results.append(bench.apply_plan(plan))
        except (ApplyRunning, PlanError) as error:
            results.append(error)

    threads = [threading.Thread(target=work, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, (type(result).__name__ for result in results)))[-1] == "int"
    assert results.count(1) == 1
    assert compare_tables(bench.store, bench.context, bench.types) == ()


def test_a_start_beside_a_running_change_leaves_it_alone(bench) -> None:
    bench.apply(BEFORE)
    with bench.store.write(bench.context) as session:
        session.execute(text("UPDATE cw_journal SET state = 'planned' WHERE step = 0"))
    with hold_apply(bench.store, bench.context, lambda: bench.context.now):
        assert not reconcile(bench.store, bench.context, bench.types)
    assert reconcile(bench.store, bench.context, bench.types)
    assert not reconcile(bench.store, bench.context, bench.types)


def test_a_start_makes_the_indexes_that_its_version_wants(bench) -> None:
    bench.apply(BEFORE)
    with bench.store.write(bench.context) as session:
        wanted = next(name for name in read_indexes(session) if name.startswith("x_customer"))
        session.execute(text(f'DROP INDEX "{wanted}"'))
        session.execute(text('CREATE INDEX "x_customer_of_old" ON "e_customer" ("name", "code")'))
    wrong = {each.name for each in compare_tables(bench.store, bench.context, bench.types)}
    assert wrong == {wanted, "x_customer_of_old"}
    assert settle_indexes(bench.store, bench.context, bench.types)
    assert compare_tables(bench.store, bench.context, bench.types) == ()
    assert not settle_indexes(bench.store, bench.context, bench.types)


def test_a_holder_that_lives_is_not_taken_for_dead() -> None:
    assert not is_dead(new_holder())


def test_a_holder_whose_process_ended_is_dead_even_if_its_number_is_used_again() -> None:
    host, process, started, token = new_holder().rsplit(":", 3)
    assert is_dead(f"{host}:{process}:{int(started) - 1}:{token}")
    assert not is_dead(f"elsewhere:{process}:{int(started) - 1}:{token}")


def test_a_retry_waits_for_a_lock_that_somebody_holds(make_bench, postgresql_url) -> None:
    bench = make_bench(postgresql_url)
    bench.store.upgrade(bench.context)
    bench.apply(BEFORE)
    plan = bench.plan(AFTER)
    reading = threading.Event()
    released = threading.Event()

    def hold_table() -> None:
        with bench.store.read(bench.context) as session:
            session.rows(text("SELECT id FROM e_customer"))
            reading.set()
            released.wait(0.7)

    reader = threading.Thread(target=hold_table)
    reader.start()
    reading.wait()
    apply(bench.store, bench.context, bench.types, plan, author="tester", reason="because")
    released.set()
    reader.join()
    assert compare_tables(bench.store, bench.context, bench.types) == ()
