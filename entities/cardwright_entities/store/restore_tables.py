"""The platform's table of restores: when which state came back, and who let messages go again."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from cardwright_entities.store.column_types import UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, identity

#: One row for each time this database was made again from a backup. Until it is released nothing
#: goes to the outside: others may have sent it, or may send it, from where the backup was taken.
cw_restore = Table(
    "cw_restore",
    METADATA,
    identity(),
    Column("at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("released_at", UtcDateTime),
    Column("released_by", Text),
    sqlite_autoincrement=True,
)
