"""The platform's tables for changes of definitions: plans that wait, and values on the move."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Table, Text

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_RECORD

#: How far the values of one new column are converted; ``target`` is its table and name.
cw_conversion = Table(
    "cw_conversion",
    METADATA,
    Column("target", Text, primary_key=True),
    Column("commit", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("converted", BigInteger, nullable=False),
)

#: Records whose former value was written while it is converted; a trigger writes them.
cw_conversion_row = Table(
    "cw_conversion_row",
    METADATA,
    Column(
        "id",
        BigInteger().with_variant(Integer(), "sqlite"),
        Identity(always=True),
        primary_key=True,
    ),
    Column("target", Text, nullable=False),
    Column("record", BigInteger, nullable=False),
    Index("cw_conversion_row_target", "target", "id"),
)

#: Values that did not convert: which record, why, and in which field the former value is kept.
cw_reject = Table(
    "cw_reject",
    METADATA,
    Column("target", Text, primary_key=True),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    Column("commit", Integer, nullable=False, index=True),
    Column("entity", Text, nullable=False, info=OF_RECORD),
    Column("field", Text, nullable=False),
    Column("kept_in", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("params", JsonDocument, nullable=False),
)

#: Plans that were made over the API and wait to be applied.
cw_plan = Table(
    "cw_plan",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("account", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    Column("body", JsonDocument, nullable=False),
    Column("commit", Integer),
)

#: What somebody has changed on screen and not put into effect: one draft a person.
cw_definition_draft = Table(
    "cw_definition_draft",
    METADATA,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("deeds", JsonDocument, nullable=False),
    Column("accepted", JsonDocument, nullable=False),
    Column("plan", Text),
    Column("back", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
