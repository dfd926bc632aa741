"""The platform's tables of approvals: those that run or ran, and who was asked in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_RECORD, identity

#: One submission of a record. ``flow`` is the definition as it was then; ``origin`` is the state
#: that the record came from. State: running, approved, rejected, withdrawn, revoked or void.
cw_approval = Table(
    "cw_approval",
    METADATA,
    identity(),
    Column("approval", Text, nullable=False),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Text, nullable=False, default=""),
    Column("origin", Text, nullable=False, default=""),
    Column("account", BigInteger),  # who submitted; null is the system
    Column("employee", BigInteger),
    Column("flow", JsonDocument, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", BigInteger),
    Column("comment", Text, nullable=False, default=""),
    Index("cw_approval_record", "entity", "record", "id"),
    Index(
        "cw_approval_running",
        "entity",
        "record",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    sqlite_autoincrement=True,
    info={"archived": True},
)

#: One person asked in one step. State: waiting (for those before), open, agreed, rejected,
#: returned, handed_on, skipped, dropped. ``gone``: the step was gone back behind.
cw_approval_task = Table(
    "cw_approval_task",
    METADATA,
    identity(),
    Column("approval", BigInteger, nullable=False, info={"part_of": "cw_approval"}),
    Column("step", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("employee", BigInteger),
    Column("account", BigInteger),  # null: whoever has the role admin
    Column("state", Text, nullable=False),
    Column("added", Boolean, nullable=False, default=False),  # asked by one who was asked
    Column("gone", Boolean, nullable=False, default=False),
    Column("late", Integer, nullable=False, default=0),  # how often lateness was acted on
    Column("asked_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("decided_by", BigInteger),
    Column("comment", Text, nullable=False, default=""),
    Index("cw_approval_task_approval", "approval", "id"),
    Index("cw_approval_task_account", "account", "state", "id"),
    sqlite_autoincrement=True,
)
