"""The platform's table of values that the engine keeps: by which definition, and looked at when."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from cardwright_entities.store.column_types import UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, OF_FIELD

#: One row for each stored computed field: ``hash`` is that of the definition by which every
#: record's value was computed.
cw_kept = Table(
    "cw_kept",
    METADATA,
    Column("field", Text, primary_key=True, info=OF_FIELD),
    Column("hash", Text, nullable=False),
    Column("computed_at", UtcDateTime, nullable=False),
    Column("checked_at", UtcDateTime),
    Column("checked", BigInteger),
    Column("differences", BigInteger),
)
