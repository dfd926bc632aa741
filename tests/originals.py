"""Databases that many tests want alike: made once in a run of tests, copied for each after it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from pathlib import Path

import psycopg
from services.postgresql import SPARE
from sqlalchemy import URL, make_url

#: What was made, by server and name: the bytes of a SQLite file, or PostgreSQL's template.
_originals: dict[tuple[str, Hashable], bytes | str] = {}
#: And the file that was made beside it.
_beside: dict[tuple[str, Hashable], bytes] = {}
_numbers = count(1)


def make_alike(
    url: str, name: Hashable, make: Callable[[], None], beside: Path | None = None
) -> None:
    """Bring an empty database to what ``make`` makes of it; it is asked for the first one only.

    Nobody may be connected to the database, before or afterwards. ``beside`` is a file that is
    made with it.
    """
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        key: tuple[str, Hashable] = ("", name)
        _make_file(Path(str(where.database)), key, make)
    else:
        key = (f"{where.host}:{where.port}", name)
        _make_database(where, key, make)
    if beside is not None:
        _beside.setdefault(key, beside.read_bytes() if beside.exists() else b"")
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(_beside[key])


def _make_file(path: Path, key: tuple[str, Hashable], make: Callable[[], None]) -> None:
    original = _originals.get(key)
    if isinstance(original, bytes):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(original)
        return
    make()
    assert not path.with_name(f"{path.name}-wal").exists(), "somebody is still connected"
    _originals[key] = path.read_bytes()


def _make_database(where: URL, key: tuple[str, Hashable], make: Callable[[], None]) -> None:
    original = _originals.get(key)
    if original is None:
        make()
        original = f"original{next(_numbers)}"
        _administer(where, _copy(f"{where.database}", original))
        _originals[key] = original
        return
    name = f"{where.database}"
    aside = f'ALTER DATABASE "{name}" RENAME TO "{SPARE}{name}"'
    away = aside if _is_empty(where) else f'DROP DATABASE "{name}"'
    _administer(where, away, _copy(str(original), name))


def _copy(source: str, target: str) -> str:
    return f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY'


def _is_empty(where: URL) -> bool:
    """Tell whether nothing was ever made in a database: a fixture may be set up twice in one."""
    with _connect(where, f"{where.database}") as connection:
        found = connection.execute("SELECT 1 FROM pg_class WHERE oid >= 16384 LIMIT 1")
        return found.fetchone() is None


def _administer(where: URL, *statements: str) -> None:
    with _connect(where, "postgres") as connection:
        for statement in statements:
            connection.execute(statement)


def _connect(where: URL, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=where.host, port=where.port, user=where.username, dbname=database, autocommit=True
    )
