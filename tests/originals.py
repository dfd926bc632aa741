"""Databases that many tests want alike: made once in a run of tests, copied for each after it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

#: What was made, by server and name: the bytes of a SQLite file, or PostgreSQL's template.
_originals: dict[tuple[str, Hashable], bytes | str] = {}
_numbers = count(1)


def make_alike(url: str, name: Hashable, make: Callable[[], None]) -> None:
    """Bring an empty database to what ``make`` makes of it; it is asked for the first one only.

    Nobody may be connected to the database, before or afterwards.
    """
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        _make_file(Path(str(where.database)), ("", name), make)
    else:
        _make_database(where, (f"{where.host}:{where.port}", name), make)


def _make_file(path: Path, key: tuple[str, Hashable], make: Callable[[], None]) -> None:
    original = _originals.get(key)
    if isinstance(original, bytes):
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
    drop = f'DROP DATABASE "{where.database}"'
    _administer(where, drop, _copy(str(original), f"{where.database}"))


def _copy(source: str, target: str) -> str:
    return f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY'


def _administer(where: URL, *statements: str) -> None:
    with psycopg.connect(
        host=where.host, port=where.port, user=where.username, dbname="postgres", autocommit=True
    ) as connection:
        for statement in statements:
            connection.execute(statement)
