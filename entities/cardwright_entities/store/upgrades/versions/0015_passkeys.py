"""Passkeys."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.account_tables import cw_passkey

revision = "0015_passkeys"
down_revision = "0014_shares"


def upgrade() -> None:
    """Create the table."""
    cw_passkey.create(op.get_bind(), checkfirst=True)
