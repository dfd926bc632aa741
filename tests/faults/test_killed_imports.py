"""A worker may be killed anywhere in an import: no row is lost, none comes in twice."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from faults.importing_child import open_exchange, work
from installation import PACKS, build_installation
from services.postgresql import PostgresqlServer
from sqlalchemy import func, select

from cardwright_entities.exchange.requests import ImportRequest
from cardwright_entities.files.register import add_file, read_file
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.store.platform_tables import cw_change, cw_change_set, cw_job

AIMED = 10
#: ``make soak`` asks for more.
RANDOM = int(os.environ.get("CARDWRIGHT_KILLS", "5"))
ROWS = 130
REFUSED = frozenset({7, 13, 48, 51, 99})  # 13: a row further up hangs on it


def csv_text() -> str:
    """Areas that hang on areas further down, with some rows that cannot be taken."""
    rows = ["code,name,above"]
    for number in range(1, ROWS + 1):
        name = "" if number in REFUSED else f"area {number}"
        above = f"A{number + 3}" if number % 10 == 0 and number + 3 <= ROWS else ""
        rows.append(f"A{number},{name},{above}")
    return "\n".join(rows) + "\n"


@dataclass(frozen=True)
class Site:
    """A database with the import waiting, and its folder of files."""

    url: str
    folder: Path


def prepare(url: str, folder: Path) -> None:
    build_installation(url, PACKS / "workshop").store.close()
    installation, exchange = open_exchange(url, folder)
    content = io.BytesIO(csv_text().encode())
    blob = exchange.services.blobs.put(content, limit=10_000_000, name="areas.csv")
    with installation.engine.write(installation.system()) as desk:
        file = add_file(desk.session, blob, "areas.csv")
        exchange.start_import(desk, ImportRequest(file=file, entity="area"))
    installation.store.close()


class Children:
    """Workers that die where they are told."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("importing_child.py")
        self.zygote = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(script.parents[1]), "PATH": "/usr/bin:/bin"},
        )

    def work(self, site: Site, *, stop_at: int = 0, trace: str = "", hours: int = 0) -> int:
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        order = {
            "url": site.url,
            "folder": str(site.folder),
            "stop_at": stop_at,
            "trace": trace,
            "hours": hours,
        }
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
def children() -> Iterator[Children]:
    started = Children()
    yield started
    started.end()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Site]:
    """Makes sites that wait for their import."""
    files = tmp_path_factory.mktemp("original")
    server: PostgresqlServer | None = None
    if request.param == "sqlite":
        original = files / "original.sqlite"
        prepare(f"sqlite:///{original}", files / "files")
    else:
        server = request.getfixturevalue("postgresql_server")
        template = server.create_database()
        prepare(server.url(template), files / "files")

    def copy() -> Site:
        folder = tmp_path_factory.mktemp("site")
        shutil.copytree(files / "files", folder / "files")
        if server is not None:
            return Site(server.url(server.create_database(template=template)), folder / "files")
        shutil.copy(original, folder / "copy.sqlite")
        return Site(f"sqlite:///{folder / 'copy.sqlite'}", folder / "files")

    return copy


@pytest.fixture(scope="module")
def points(
    fresh_site: Callable[[], Site], children: Children, tmp_path_factory: pytest.TempPathFactory
) -> int:
    """How many points an undisturbed import passes."""
    trace = tmp_path_factory.mktemp("trace") / "points"
    assert children.work(fresh_site(), trace=str(trace)) == 0
    return len(trace.read_text(encoding="utf-8").splitlines())


def check_finished(site: Site) -> None:
    """Let another worker finish, long after, then count everything."""
    work(site.url, site.folder, later=timedelta(hours=1))
    installation, exchange = open_exchange(site.url, site.folder)
    with installation.engine.read(installation.system()) as desk:
        session = desk.session
        state, result = session.rows(select(cw_job.c.state, cw_job.c.result))[0]
        assert state == "done"
        assert (result["rows"], result["rejected"]) == (ROWS, len(REFUSED))
        assert result["imported"] == result["created"] == ROWS - len(REFUSED)
        assert result["warned"] == 1
        rejects = read_file(session, result["rejects"])
        created = session.rows(
            select(cw_change.c.record, func.count())
            .where(cw_change.c.op == "create")
            .group_by(cw_change.c.record)
        )
        assert {count for _, count in created} == {1}
        assert session.scalar(select(func.count()).select_from(cw_change_set)) == 1
        found: list[tuple[object, object, int]] = []
        after: str | None = ""
        while after is not None:
            request = PageRequest(
                entity="area", columns=("code", "above"), limit=200, count="none", after=after
            )
            page = desk.page(request)
            found += [(row.values["code"], row.values["above"], row.id) for row in page.rows]
            after = page.next
    codes = Counter(code for code, _, _ in found)
    wanted = {f"A{number}" for number in range(1, ROWS + 1) if number not in REFUSED}
    assert set(codes) == wanted
    assert set(codes.values()) == {1}
    by_id = {record: code for code, _, record in found}
    linked = {code: by_id.get(above) for code, above, _ in found if isinstance(above, int)}
    hanging = {f"A{n}": f"A{n + 3}" for n in range(10, ROWS + 1, 10) if n + 3 <= ROWS}
    assert linked == {code: above for code, above in hanging.items() if above in wanted}
    lines = exchange.services.blobs.path(rejects.sha256).read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(REFUSED)
    installation.store.close()


def test_an_import_that_nobody_kills_ends_well(
    fresh_site: Callable[[], Site], children: Children
) -> None:
    site = fresh_site()
    assert children.work(site) == 0
    check_finished(site)


@pytest.mark.parametrize("tenth", range(AIMED))
def test_an_import_killed_at_an_aimed_point_loses_and_doubles_nothing(
    tenth: int, fresh_site: Callable[[], Site], children: Children, points: int
) -> None:
    stop_at = 1 + tenth * (points - 1) // (AIMED - 1)
    site = fresh_site()
    assert children.work(site, stop_at=stop_at) == -signal.SIGKILL
    check_finished(site)


@pytest.mark.parametrize("number", range(RANDOM))
def test_an_import_killed_anywhere_loses_and_doubles_nothing(
    number: int, fresh_site: Callable[[], Site], children: Children, points: int
) -> None:
    stop_at = random.randint(1, points)
    site = fresh_site()
    assert children.work(site, stop_at=stop_at) == -signal.SIGKILL, f"point {stop_at}"
    check_finished(site)


def test_an_import_killed_again_and_again_still_ends_well(
    fresh_site: Callable[[], Site], children: Children, points: int
) -> None:
    site = fresh_site()
    for tried in range(4):
        assert children.work(site, stop_at=points // 3, hours=tried + 1) in (-signal.SIGKILL, 0)
    work(site.url, site.folder, later=timedelta(hours=9))
    check_finished(site)
