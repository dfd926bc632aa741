"""The platform's table of mails: those that wait, those that went, those that were given up."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, identity

#: ``recipients``: addresses by ``to`` and ``cc``. ``principal``: with whose rights it is written.
cw_mail = Table(
    "cw_mail",
    METADATA,
    identity(),
    Column("mail", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("recipients", JsonDocument, nullable=False),
    Column("principal", JsonDocument, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime, nullable=False),
    Column("reason", JsonDocument),
    Column("sent_at", UtcDateTime),
    Index("cw_mail_due", "state", "next_at"),
    sqlite_autoincrement=True,
)
