"""Brings the platform's own tables to this code's version, by alembic, in the caller's write."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from cardwright_entities.errors import Message, UnavailableError

FOLDER = Path(__file__).parent / "upgrades"
VERSION_TABLE = "cw_revision"
_LOCK = 0x63617264  # "card": one number for all processes of one PostgreSQL database


def upgrade(connection: Connection, to: str = "") -> None:
    """Run the revisions that are missing, up to one of them or all.

    Raise UnavailableError if the database, or the revision that is asked for, is newer.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    current = current_revision(connection)
    for named in filter(None, (current, to)):
        if named not in known:
            raise UnavailableError(Message.of("newer_database", revision=named))
    if current != (to or script.get_current_head()):
        command.upgrade(config, to or "head")


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()
