"""The throw-away services answer, and each test begins with nothing."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import psycopg
import redis
import sqlalchemy
from longest_files import LONGEST
from playwright.sync_api import Browser
from services.in_memory import throw_away_folder
from sqlalchemy.engine import make_url


def test_each_engine_answers_with_an_empty_database(store_url: str) -> None:
    engine = sqlalchemy.create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("create table t (n integer)"))
    assert sqlalchemy.inspect(engine).get_table_names() == ["t"]
    engine.dispose()


def test_postgresql_sorts_by_code_point_and_knows_icu(postgresql_url: str) -> None:
    url = make_url(postgresql_url)
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname=url.database
    ) as connection:
        row = connection.execute(
            "select 'Z' < 'a', lower(normalize('ＡÄ', NFKC) collate \"und-x-icu\")"
        ).fetchone()
    assert row == (True, "aä")


def test_redis_holds_nothing_at_first(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []
        client.set("left", "behind")


def test_redis_forgets_what_the_last_test_left(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []


def test_the_browser_shows_a_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>卡匠</h1>")
    assert page.inner_text("h1") == "卡匠"
    page.close()


def test_the_files_that_are_begun_first_are_there() -> None:
    assert [path for path in LONGEST if not path.is_file()] == []


def test_folders_of_killed_runs_are_removed_and_of_others_stay() -> None:
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    left = Path(tempfile.mkdtemp(prefix=f"cardwright-sample-{dead.pid}-"))
    (left / "file").write_text("left")
    first = throw_away_folder("sample")
    assert not left.exists()
    second = throw_away_folder("sample")
    assert first.is_dir()
    assert first != second
    first.rmdir()
    second.rmdir()
