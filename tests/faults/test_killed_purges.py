"""A purge may be killed at any point: at the next start the field is whole or wholly gone."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from services.postgresql import PostgresqlServer
from sqlalchemy import insert, text

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.changes.purging import list_retired, make_purge
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.changes.tables import build_tables
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

TYPES = FieldTypes(BUILTIN_FIELD_TYPES)
CONTEXT = Context(SYSTEM, datetime.now(UTC))
RECORDS = 20
MOST = 80  #: points of one purge; more would mean that something else is done
PACK = """
kind: entity
name: customer
label: {zh: 客户, en: Customer}
fields:
  name: {type: text}
  code: {type: text, sort: true, index: true}
list: {columns: [name]}
"""


@pytest.fixture(scope="module")
def child() -> Iterator[Callable[[str, int], int]]:
    """Purges in processes that die where they are told."""
    script = str(Path(__file__).with_name("applying_child.py"))
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as zygote:
        assert zygote.stdin is not None
        assert zygote.stdout is not None

        def purge(url: str, stop_at: int) -> int:
            order = {"url": url, "folder": "", "stop_at": stop_at, "trace": ""}
            zygote.stdin.write(json.dumps(order | {"purge": "customer.code"}) + "\n")
            zygote.stdin.flush()
            return int(zygote.stdout.readline())

        yield purge
        zygote.stdin.close()
        zygote.wait(timeout=60)


def prepare(url: str, folder: Path) -> None:
    store = Store(url)
    store.upgrade(CONTEXT)
    folder.mkdir()
    (folder / "pack.yaml").write_text("kind: pack\nname: shop\n", encoding="utf-8")
    for definitions in (PACK, "".join(PACK.splitlines(keepends=True)[:-2]) + "list: {}\n"):
        (folder / "all.yaml").write_text(definitions, encoding="utf-8")
        plan = make_plan(store, CONTEXT, TYPES, build_catalog([load_pack(folder)], TYPES))
        apply(store, CONTEXT, TYPES, plan, author="test", reason="first")
        with store.write(CONTEXT) as session:
            _, catalog = load_active(session)
            table = build_tables(catalog.entity("customer"), catalog, TYPES, store.dialect).table
            if definitions is PACK:
                rows = [{"name": f"客户{n}", "code": f"C{n}"} for n in range(RECORDS)]
                session.execute(insert(table), rows)
    store.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh_copy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Makes databases in which a field with values is retired."""
    folder = tmp_path_factory.mktemp("purge")
    if request.param == "sqlite":
        prepare(f"sqlite:///{folder / 'original.sqlite'}", folder / "pack")

        def copy_file() -> str:
            target = tmp_path_factory.mktemp("copy") / "copy.sqlite"
            shutil.copy(folder / "original.sqlite", target)
            return f"sqlite:///{target}"

        return copy_file
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    template = server.create_database()
    prepare(server.url(template), folder / "pack")
    return lambda: server.url(server.create_database(template=template))


def check(url: str) -> None:
    store = Store(url)
    reconcile(store, CONTEXT, TYPES)
    assert compare_tables(store, CONTEXT, TYPES) == ()
    left = [each.values for each in list_retired(store, CONTEXT, TYPES)]
    assert left in ([], [RECORDS])
    if left:
        plan = make_purge(store, CONTEXT, TYPES, "customer.code")
        apply(store, CONTEXT, TYPES, plan, author="test", reason="again")
    assert compare_tables(store, CONTEXT, TYPES) == ()
    with store.read(CONTEXT) as session:
        names = session.rows(text("SELECT name FROM e_customer ORDER BY id"))
        if session.dialect == "postgresql":
            query = "SELECT attname FROM pg_attribute WHERE attrelid = 'e_customer'::regclass"
        else:
            query = "SELECT name FROM pragma_table_xinfo('e_customer')"
        columns = {name for (name,) in session.rows(text(query))}
    assert names == [(f"客户{n}",) for n in range(RECORDS)]
    assert not {"code", "code_sort"} & columns
    store.close()


def test_a_purge_killed_at_any_point_is_finished_or_never_was(
    fresh_copy: Callable[[], str], child: Callable[[str, int], int]
) -> None:
    for stop_at in range(1, MOST, 3):
        url = fresh_copy()
        ended = child(url, stop_at)
        check(url)
        if ended == 0:
            return
        assert ended == -signal.SIGKILL
    pytest.fail(f"a purge that passes {MOST} points")
