"""The platform's table of recurrences: the days that were dealt with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Table, Text

from cardwright_entities.store.column_types import UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_RECORD, identity

#: One day of one record's recurrence; its key makes sure that a day brings one record at most.
#: ``made`` is that record, empty for a day that was skipped.
cw_recurrence_day = Table(
    "cw_recurrence_day",
    METADATA,
    identity(),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("recurrence", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("made_entity", Text),
    Column("made", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    Index("cw_recurrence_day_once", "entity", "record", "recurrence", "day", unique=True),
    sqlite_autoincrement=True,
)
