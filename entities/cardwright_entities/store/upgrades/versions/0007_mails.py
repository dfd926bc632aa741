"""Mails that rules send."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import identity

revision = "0007_mails"
down_revision = "0006_timing"

#: The table as it was then; 0008_outbox puts another in its place.
cw_mail = Table(
    "cw_mail",
    MetaData(),
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


def upgrade() -> None:
    """Create the table."""
    cw_mail.create(op.get_bind(), checkfirst=True)
