"""An apply may be killed at any point: at the next start definitions and tables agree."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from services.postgresql import PostgresqlServer
from sqlalchemy import insert, select, text

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.changes.tables import build_tables
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import load_pack

TYPES = FieldTypes(BUILTIN_FIELD_TYPES)
CONTEXT = Context(SYSTEM, datetime.now(UTC))
RECORDS = 40
AIMED = 10
#: ``make soak`` asks for more.
RANDOM = int(os.environ.get("CARDWRIGHT_KILLS", "5"))

BEFORE = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text}
  phone: {type: text}
  size: {type: text}
list: {columns: [name]}
"""

AFTER = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text, unique: true}
  size: {type: decimal, scale: 1}
  parent: {type: parent}
  friends: {type: links, to: customer}
  last_order: {type: link, to: order}
search: [name, code]
list: {columns: [name, code], sort: [name, code]}
---
kind: entity
name: order
label: {zh: 订单, en: Order}
title: number
fields:
  number: {type: serial, pattern: "A{0000}"}
  customer: {type: link, to: customer}
"""


def write_pack(folder: Path, definitions: str) -> Path:
    folder.mkdir()
    (folder / "pack.yaml").write_text("kind: pack\nname: shop\n", encoding="utf-8")
    (folder / "all.yaml").write_text(definitions, encoding="utf-8")
    return folder


def catalog_of(folder: Path) -> Catalog:
    return build_catalog([load_pack(folder)], TYPES)


class Children:
    """Applies the second version of the pack in processes that die where they are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = Path(__file__).with_name("applying_child.py")
        self.zygote = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def apply(self, url: str, *, stop_at: int = 0, trace: str = "", meanwhile: str = "") -> int:
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        order = {"url": url, "folder": str(self.folder), "stop_at": stop_at, "trace": trace}
        order["meanwhile"] = meanwhile
        self.zygote.stdin.write(json.dumps(order) + "\n")
        self.zygote.stdin.flush()
        return int(self.zygote.stdout.readline())

    def end(self) -> None:
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.close()
        self.zygote.wait(timeout=60)
        self.zygote.stdout.close()


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("packs")
    return write_pack(folder / "before", BEFORE), write_pack(folder / "after", AFTER)


@pytest.fixture(scope="module")
def children(packs: tuple[Path, Path]) -> Iterator[Children]:
    started = Children(packs[1])
    yield started
    started.end()


def prepare(url: str, folder: Path) -> None:
    store = Store(url)
    store.upgrade(CONTEXT)
    plan = make_plan(store, CONTEXT, TYPES, catalog_of(folder))
    apply(store, CONTEXT, TYPES, plan, author="test", reason="first")
    with store.write(CONTEXT) as session:
        _, catalog = load_active(session)
        table = build_tables(catalog.entity("customer"), catalog, TYPES, store.dialect).table
        rows = [
            {"name": f"客户{n}", "code": f"C{n}", "phone": f"138{n}", "size": str(n / 2)}
            for n in range(RECORDS)
        ]
        session.execute(insert(table), rows)
    store.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh_copy(
    request: pytest.FixtureRequest,
    packs: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], str]:
    """Makes databases that hold the first version of the pack and its records."""
    if request.param == "sqlite":
        original = tmp_path_factory.mktemp("store") / "original.sqlite"
        prepare(f"sqlite:///{original}", packs[0])

        def copy_file() -> str:
            target = tmp_path_factory.mktemp("store") / "copy.sqlite"
            shutil.copy(original, target)
            return f"sqlite:///{target}"

        return copy_file
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    template = server.create_database()
    prepare(server.url(template), packs[0])
    return lambda: server.url(server.create_database(template=template))


@pytest.fixture(scope="module")
def points(
    fresh_copy: Callable[[], str], children: Children, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """The points that an undisturbed apply passes."""
    trace = tmp_path_factory.mktemp("trace") / "points"
    assert children.apply(fresh_copy(), trace=str(trace)) == 0
    return trace.read_text(encoding="utf-8").splitlines()


def check_after_restart(url: str, after: Path) -> None:
    """Start as a server does, then look whether everything agrees and nothing is lost."""
    store = Store(url, statement_timeout=120)
    store.upgrade(CONTEXT)
    reconcile(store, CONTEXT, TYPES)
    assert compare_tables(store, CONTEXT, TYPES) == ()
    wanted = catalog_of(after)
    plan = make_plan(store, CONTEXT, TYPES, wanted)
    with store.read(CONTEXT) as session:
        number, catalog = load_active(session)
        table = build_tables(catalog.entity("customer"), catalog, TYPES, store.dialect).table
        names = session.rows(select(table.c.name, table.c.phone).order_by(table.c.id))
    assert (number, plan.is_empty) in ((1, False), (2, True))
    assert names == [(f"客户{n}", f"138{n}") for n in range(RECORDS)]
    apply(store, CONTEXT, TYPES, plan, author="test", reason="again")
    assert compare_tables(store, CONTEXT, TYPES) == ()
    assert make_plan(store, CONTEXT, TYPES, wanted).is_empty
    check_filled(store)
    store.close()


def check_filled(store: Store) -> None:
    with store.read(CONTEXT) as session:
        _, catalog = load_active(session)
        tables = build_tables(catalog.entity("customer"), catalog, TYPES, store.dialect)
        columns = (tables.sort_columns["code"], tables.table.c.search_tokens)
        rows = session.rows(select(*columns))
        sizes = session.rows(select(tables.fields["size"][0]).order_by(tables.table.c.id))
        assert [size for (size,) in sizes] == [Decimal(n) / 2 for n in range(RECORDS)]
        assert all(key and tokens for key, tokens in rows)
        assert tables.closure is not None
        assert len(session.rows(select(tables.closure))) == RECORDS


@pytest.mark.parametrize("tenth", range(AIMED))
def test_an_apply_killed_at_an_aimed_point_is_finished_or_never_was(
    tenth: int,
    fresh_copy: Callable[[], str],
    children: Children,
    points: list[str],
    packs: tuple[Path, Path],
) -> None:
    stop_at = 1 + tenth * (len(points) - 1) // (AIMED - 1)
    url = fresh_copy()
    assert children.apply(url, stop_at=stop_at) == -signal.SIGKILL
    check_after_restart(url, packs[1])


@pytest.mark.parametrize("number", range(RANDOM))
def test_an_apply_killed_anywhere_is_finished_or_never_was(
    number: int,
    fresh_copy: Callable[[], str],
    children: Children,
    points: list[str],
    packs: tuple[Path, Path],
) -> None:
    stop_at = random.randint(1, len(points))
    url = fresh_copy()
    assert children.apply(url, stop_at=stop_at) == -signal.SIGKILL, f"point {stop_at}"
    check_after_restart(url, packs[1])


def test_an_index_that_was_left_half_built_is_built_again(
    fresh_copy: Callable[[], str],
    children: Children,
    points: list[str],
    packs: tuple[Path, Path],
) -> None:
    built = [point for point in points if point.endswith("after building an index")]
    if not built:
        assert fresh_copy().startswith("sqlite")  # there an index is built within its transaction
        return
    url = fresh_copy()
    assert children.apply(url, stop_at=int(built[0].split()[0])) == -signal.SIGKILL
    store = Store(url)
    with store.alone() as connection:
        # As the server leaves it when it dies while it builds.
        spoiled = text(
            "UPDATE pg_index SET indisvalid = false FROM pg_class c "
            "WHERE c.oid = indexrelid AND c.relname LIKE '_\\_customer\\_%' AND NOT indisprimary"
        )
        assert connection.execute(spoiled).rowcount > 0
    assert "broken_index" in {each.code for each in compare_tables(store, CONTEXT, TYPES)}
    store.close()
    check_after_restart(url, packs[1])


def test_a_killed_apply_that_goes_on_is_killed_again_and_still_ends_well(
    fresh_copy: Callable[[], str],
    children: Children,
    points: list[str],
    packs: tuple[Path, Path],
) -> None:
    url = fresh_copy()
    for stop_at in (len(points) // 2, 6, 9):
        assert children.apply(url, stop_at=stop_at) == -signal.SIGKILL
    check_after_restart(url, packs[1])


def test_what_was_being_taken_back_when_it_was_killed_is_taken_back(
    fresh_copy: Callable[[], str],
    children: Children,
    points: list[str],
    packs: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    # Two customers get one code once the plan is made: the unique index cannot be built.
    doubled = "UPDATE e_customer SET code = 'C1' WHERE id = 3"
    trace = tmp_path / "points"
    assert children.apply(fresh_copy(), trace=str(trace), meanwhile=doubled) == 0
    passed = len(trace.read_text(encoding="utf-8").splitlines())
    for stop_at in range(passed - 24, passed + 1, 3):
        url = fresh_copy()
        assert children.apply(url, stop_at=stop_at, meanwhile=doubled) == -signal.SIGKILL
        store = Store(url)
        with store.write(CONTEXT) as session:
            session.execute(text("UPDATE e_customer SET code = 'C2' WHERE id = 3"))
        store.close()
        # What stood against it is gone: had it gone on, a half of it would be in use.
        check_after_restart(url, packs[1])
