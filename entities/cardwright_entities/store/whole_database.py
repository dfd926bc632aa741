"""The database as a whole: which tables are ours, dropping all of them, how far numbers are."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import inspect, text

from cardwright_entities.store.sessions import Session


def drop_everything(session: Session) -> None:
    """Drop all tables that are ours; what others made beside them stays, or stands in the way."""
    names = [f'"{name}"' for name in our_tables(session)]
    if session.dialect == "postgresql":
        if names:
            session.execute(text(f"DROP TABLE {', '.join(names)}"))
        return
    for name in names:
        session.execute(text(f"DROP TABLE IF EXISTS {name}"))


def our_tables(session: Session) -> list[str]:
    """Return the tables of the platform and of entities; full-text tables stand first (SQLite)."""
    found = inspect(session.connection).get_table_names()
    ours = [name for name in found if name.partition("_")[0] in ("cw", "e", "l", "t")]
    if session.dialect == "postgresql":
        return ours
    search = text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
    virtual = [str(name) for (name,) in session.rows(search)]
    return virtual + [name for name in ours if not name.startswith(tuple(f"{v}_" for v in virtual))]


def database_size(session: Session) -> int:
    """Return how many bytes the database takes on disk, indexes and all."""
    if session.dialect == "postgresql":
        query = text("SELECT pg_database_size(current_database())")
    else:
        query = text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return int(session.scalar(query) or 0)


def last_number(session: Session, table: str) -> int:
    """Return the highest number that a table gave a row, kept or not; 0 if it never gave one."""
    if session.dialect == "postgresql":
        query = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)")
    else:
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int(session.scalar(query, {"name": table}) or 0)


def set_last(session: Session, name: str, last: int) -> None:
    """Let numbers go on after the highest that was ever given."""
    if session.dialect == "postgresql":
        move = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, :used)")
        used = {"name": name, "last": max(last, 1), "used": last > 0}
        session.execute(move, used)
        return
    session.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
    if last:
        session.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
            {"name": name, "last": last},
        )


def broken_table(session: Session) -> str:
    """Return a table whose rows refer to what is not there, empty if there is none (SQLite)."""
    broken = session.row(text("PRAGMA foreign_key_check"))
    return "" if broken is None else str(broken[0])


def learn_sizes(session: Session, tables: Iterable[str]) -> None:
    """Let the planner know how many rows there are now; SQLite plans without (PostgreSQL)."""
    if session.dialect == "postgresql":
        names = ", ".join(f'"{name}"' for name in tables)
        session.execute(text(f"ANALYZE {names}"))


def run(session: Session, statements: Iterable[str]) -> None:
    """Send statements that were made of our own names, one after the other."""
    for statement in statements:
        session.execute(text(statement.replace(":", r"\:")))
