"""All of the platform's own tables, whichever module declares them."""

from __future__ import annotations

from sqlalchemy import Table

from cardwright_entities.store import (
    account_tables,
    approval_tables,
    audit_tables,
    change_tables,
    kept_tables,
    mark_tables,
    outbox_tables,
    platform_tables,
    restore_tables,
    share_tables,
    telling_tables,
    timing_tables,
    view_tables,
)

_DECLARING = (
    platform_tables,
    account_tables,
    restore_tables,
    approval_tables,
    audit_tables,
    change_tables,
    kept_tables,
    mark_tables,
    outbox_tables,
    share_tables,
    telling_tables,
    timing_tables,
    view_tables,
)


def every_table() -> dict[str, Table]:
    """Return the tables by their names."""
    return {table.name: table for each in _DECLARING for table in each.METADATA.sorted_tables}
