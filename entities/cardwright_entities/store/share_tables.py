"""The platform's table of single records that were shared with people beside their roles."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from cardwright_entities.store.column_types import UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_RECORD, OF_ROLE, identity

_IN_FORCE = text("ended_at IS NULL")

#: A record (``entity`` is an id) shared with a record of ``holder_type`` (id of the entity that
#: plays employee, team or department), or with everybody in ``role``: then ``holder_type`` is
#: empty and ``holder`` is 0. ``level``: read or edit; null ``until``: for good. Rows are never
#: changed: a share that is changed ends, and another begins; ``begun_in`` and ``ended_in`` are the
#: change sets, by which either is undone.
cw_share = Table(
    "cw_share",
    METADATA,
    identity(),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("record", BigInteger, nullable=False),
    Column("holder_type", Text, nullable=False, info={"names": "entity", "numbers": "holder"}),
    Column("holder", BigInteger, nullable=False),
    Column("role", Text, nullable=False, info=OF_ROLE),
    Column("level", Text, nullable=False),
    Column("until", UtcDateTime),
    Column("shared_by", BigInteger),  # account of who shared it; null is the system
    Column("shared_at", UtcDateTime, nullable=False),
    Column("begun_in", BigInteger, nullable=False),
    Column("ended_in", BigInteger),
    Column("ended_at", UtcDateTime),
    Column("ended_by", BigInteger),
    Index(
        "cw_share_holder",
        *("entity", "holder_type", "holder", "role", "record"),
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
    Index("cw_share_record", "entity", "record"),
    Index("cw_share_begun", "begun_in"),
    Index("cw_share_ended", "ended_in"),
    sqlite_autoincrement=True,
)
