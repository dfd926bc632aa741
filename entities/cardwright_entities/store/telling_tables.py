"""The platform's tables of what people are told, and of what rules did."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import (
    METADATA,
    OF_RECORD,
    OF_RULE,
    OF_RULE_AND_RECORD,
    identity,
)

#: What somebody should know; ``message`` is ``[code, parameters]``, put into words when it is read.
#: ``entity`` is the id of the entity of ``record``, empty for a message about nothing in the store.
cw_notification = Table(
    "cw_notification",
    METADATA,
    identity(),
    Column("account", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("message", JsonDocument, nullable=False),
    Column("entity", Text, nullable=False, default="", info=OF_RECORD),
    Column("record", BigInteger),
    Column("cause", BigInteger),  # account of who did what it tells; null is the system
    Column("key", Text),  # the same thing is told once
    Column("read_at", UtcDateTime),
    Index("cw_notification_account", "account", "id"),
    Index("cw_notification_unread", "account", "read_at", "id"),
    UniqueConstraint("account", "key", name="cw_notification_key"),
    sqlite_autoincrement=True,
)

#: What rules did. A ``key`` makes sure that what is due is done once.
cw_rule_run = Table(
    "cw_rule_run",
    METADATA,
    identity(),
    Column("rule", Text, nullable=False, info=OF_RULE_AND_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("key", Text),
    Column("change_set", BigInteger),
    Column("problem", JsonDocument),
    Index("cw_rule_run_rule", "rule", "id"),
    UniqueConstraint("rule", "record", "key", name="cw_rule_run_key"),
    sqlite_autoincrement=True,
)

#: Who is in the query that a rule watches.
cw_rule_member = Table(
    "cw_rule_member",
    METADATA,
    Column("rule", Text, primary_key=True, info=OF_RULE_AND_RECORD),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
)

#: What is known of a rule: of which query its members are, and the last moment of its schedule.
cw_rule_state = Table(
    "cw_rule_state",
    METADATA,
    Column("rule", Text, primary_key=True, info=OF_RULE),
    Column("fingerprint", Text, nullable=False),
    Column("slot", Text),
)
