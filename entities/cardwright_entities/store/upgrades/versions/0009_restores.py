"""Restores, and whether messages may go again after each."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.restore_tables import cw_restore

revision = "0009_restores"
down_revision = "0008_outbox"


def upgrade() -> None:
    """Create the table."""
    cw_restore.create(op.get_bind(), checkfirst=True)
