"""All that an installation holds, told name by name: what was refused left it as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import inspect, text

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.store.doors import Store

#: Tables that live on although nobody writes: heartbeats, tries, when a token was last used, which
#: cards were opened last, and the log, which tells of who was not let in.
RESTLESS = frozenset({"cw_audit", "cw_process", "cw_rate", "cw_token", "cw_visit"})
#: What a server makes again when it is gone.
_REMADE = frozenset({"cache"})
#: Tables, columns, indexes and triggers as each engine tells them.
_SHAPES = {
    "sqlite": ("select tbl_name, type, name, sql from sqlite_master",),
    "postgresql": (
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = current_schema()",
        "select tablename, indexname, indexdef from pg_indexes where schemaname = current_schema()",
        "select tgrelid::regclass::text, tgname from pg_trigger",
    ),
}


def holdings(
    store: Store, folder: Path | None = None, *, but: frozenset[str] = frozenset()
) -> Mapping[str, str]:
    """Return a digest of every table's rows and shape, and of every file of a folder.

    Definitions, plans and jobs are rows like all others.
    """
    told: dict[str, str] = {}
    # A prepared statement does not survive a column more: none is asked often enough to be one.
    asked = uuid4().hex
    with store.read(Context(principal=SYSTEM, now=datetime.now(UTC))) as session:
        for statement in _SHAPES[store.dialect]:
            for table, *shape in session.rows(text(statement)):
                if table not in but:
                    told[f"{table}: {shape[:2]}"] = _digest(shape)
        for name in sorted(inspect(store.engine).get_table_names()):
            if name not in RESTLESS | but:
                rows = session.rows(text(f'select * from "{name}" -- {asked}'))
                told[name] = _digest(sorted(map(repr, rows)))
    return told | files_of(folder)


def files_of(folder: Path | None) -> dict[str, str]:
    """Return a digest of every file but databases and what is made again."""
    paths = sorted(folder.rglob("*")) if folder is not None and folder.exists() else []
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file() and ".sqlite" not in path.name and not _REMADE & set(path.parts)
    }


@contextmanager
def untouched(
    store: Store, folder: Path | None = None, *, but: frozenset[str] = frozenset()
) -> Iterator[Callable[[], None]]:
    """Do something that is refused: what is there afterwards is what was there before.

    Yield what looks at once, for refusals in a row.
    """
    before = holdings(store, folder, but=but)

    def look() -> None:
        now = holdings(store, folder, but=but)
        changed = {name for name in before.keys() | now if before.get(name) != now.get(name)}
        assert not changed

    yield look
    look()


def _digest(content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()
