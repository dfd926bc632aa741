"""The platform's tables of lists' views that people keep under a name, and with whom they share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_ENTITY, OF_ROLE, identity

#: A view of an entity (by its id) that ``account`` keeps. ``body`` is a document of the language:
#: ``where`` as text, ``sort``, ``columns``, ``totals``, ``mode``, ``size``. A deleted view stays
#: for a while, so that it can be taken back.
cw_view = Table(
    "cw_view",
    METADATA,
    identity(),
    Column("entity", Text, nullable=False, info=OF_ENTITY),
    Column("account", BigInteger, nullable=False),
    Column("folder", Text, nullable=False),  # empty: in none
    Column("name", Text, nullable=False),
    Column("body", JsonDocument, nullable=False),
    Column("position", Integer, nullable=False),  # among those of the account and entity
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", BigInteger, nullable=False),
    Column("deleted_at", UtcDateTime),
    Index("cw_view_account", "account", "entity"),
    Index("cw_view_entity", "entity"),
    sqlite_autoincrement=True,
)

#: With whom a view is shared: a record of ``holder_type`` (id of the entity that plays user
#: groups), everybody in ``role``, or, where both are empty, everybody.
cw_view_share = Table(
    "cw_view_share",
    METADATA,
    Column(
        "view",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        info={"part_of": "cw_view"},
    ),
    Column("holder_type", Text, primary_key=True, info={"names": "entity", "numbers": "holder"}),
    Column("holder", BigInteger, primary_key=True, autoincrement=False),
    Column("role", Text, primary_key=True, info=OF_ROLE),
)
