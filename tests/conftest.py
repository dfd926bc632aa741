"""Real services for all tests: PostgreSQL, Redis, Chromium, each started once and thrown away."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from longest_files import LONGEST
from playwright.sync_api import Browser, sync_playwright
from services.chromium import find_chromium, launch_arguments
from services.in_memory import work_in_memory
from services.postgresql import PostgresqlServer
from services.redis import RedisServer

#: Objects made between two searches for rubbish; Python's 700 cost a sixth of the run.
_ROUNDS_OF_RUBBISH = 50_000
_FILES_TOLD = 40


def pytest_configure() -> None:
    """Let no process do again what another has done, look for rubbish all the time, or use a disk.

    Hundreds of children import the product: what one of them compiled, the next ones read.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    work_in_memory()
    gc.set_threshold(_ROUNDS_OF_RUBBISH, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later search for rubbish."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, so that several who share the files end together."""
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which files took the run's time: one test of a second is nothing, four hundred are."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for each in reports:
            if isinstance(each, pytest.TestReport):
                seconds[each.nodeid.partition("::")[0]] += each.duration
    if len(seconds) > _FILES_TOLD:
        terminalreporter.section("files that took longest, of the time of all")
        whole = sum(seconds.values())
        for name, took in seconds.most_common(_FILES_TOLD):
            terminalreporter.line(f"{took:8.1f} s  {took / whole:6.1%}  {name}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this run, on a free port of loopback."""
    server = PostgresqlServer()
    yield server
    server.stop()


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """URL of a fresh, empty database, dropped after the test."""
    name = postgresql_server.create_database()
    yield postgresql_server.url(name)
    postgresql_server.drop_database(name)


@pytest.fixture(scope="module")
def postgresql_module_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """URL of a fresh, empty database for all tests of one file."""
    name = postgresql_server.create_database()
    yield postgresql_server.url(name)
    postgresql_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """URL of a fresh, empty database: the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store_module_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """URL of a fresh, empty database for all tests of one file, once on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    url: str = request.getfixturevalue("postgresql_module_url")
    return url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server of this run, on a socket file."""
    server = RedisServer()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """URL of a Redis that holds nothing."""
    redis_server.empty()
    return redis_server.url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of the installed Chromium."""
    return find_chromium()


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """A headless Chromium; a test opens its own contexts in it."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(chromium), args=launch_arguments())
        yield opened
        opened.close()
