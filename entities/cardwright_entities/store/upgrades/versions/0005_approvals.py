"""Approvals that run, and who is asked in them."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.approval_tables import cw_approval, cw_approval_task

revision = "0005_approvals"
down_revision = "0004_telling"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_approval, cw_approval_task):
        table.create(op.get_bind(), checkfirst=True)
