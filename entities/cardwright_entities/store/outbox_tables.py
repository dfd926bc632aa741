"""The platform's table of messages to the outside: waiting, gone, or given up."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_RECORD, OF_RULE, identity

#: ``name``: of a mail its definition, else the step of the rule. ``recipients``: by ``to`` and
#: ``cc``; the first stands in ``destination`` too, where it is counted. ``principal``: with whose
#: rights it is written. ``key``: what it is known by, of a mail its Message-ID. ``content``: what
#: was said, once it was written. ``their_id``: the number that the other side gave it.
cw_outbox = Table(
    "cw_outbox",
    METADATA,
    identity(),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("rule", Text, nullable=False, info=OF_RULE),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("destination", Text, nullable=False),
    Column("recipients", JsonDocument, nullable=False),
    Column("principal", JsonDocument, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime, nullable=False),
    Column("reason", JsonDocument),
    Column("sent_at", UtcDateTime),
    Column("their_id", Text),
    Column("content", JsonDocument),
    Index("cw_outbox_due", "state", "next_at"),
    Index("cw_outbox_sent", "channel", "sent_at"),
    sqlite_autoincrement=True,
    info={"archived": True},
)
