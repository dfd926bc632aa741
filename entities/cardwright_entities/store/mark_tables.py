"""The platform's tables of what people mark for themselves: tags, favourites, records opened."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from cardwright_entities.store.column_types import UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_RECORD, identity

_IN_FORCE = text("ended_at IS NULL")

#: A tag or a favourites folder of one account. ``kind``: tag, folder; ``folded`` is the name by
#: which two are the same. Of the folders the oldest is the one that a single click means.
#: ``ended_in`` is the change set by which it was deleted, and by which it comes back.
cw_mark = Table(
    "cw_mark",
    METADATA,
    identity(),
    Column("account", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_in", BigInteger),
    Column("ended_at", UtcDateTime),
    Index(
        "cw_mark_name",
        *("account", "kind", "folded"),
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
    Index("cw_mark_ended", "ended_in"),
    sqlite_autoincrement=True,
)

#: A record (``entity`` is an id) that bears a mark; ``account`` is whose mark it is. What was done
#: with one click is undone by another and has no change set.
cw_mark_use = Table(
    "cw_mark_use",
    METADATA,
    identity(),
    Column("mark", BigInteger, ForeignKey(cw_mark.c.id), nullable=False),
    Column("account", BigInteger, nullable=False),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("begun_in", BigInteger),
    Column("ended_in", BigInteger),
    Column("ended_at", UtcDateTime),
    Index(
        "cw_mark_use_record",
        *("mark", "entity", "record"),
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
    Index("cw_mark_use_of", "entity", "record", "account"),
    Index("cw_mark_use_begun", "begun_in"),
    Index("cw_mark_use_ended", "ended_in"),
    sqlite_autoincrement=True,
)

#: Whose cards an account has opened last, each once.
cw_visit = Table(
    "cw_visit",
    METADATA,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("entity", Text, primary_key=True, info=OF_RECORD),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Index("cw_visit_at", "account", "at"),
)
