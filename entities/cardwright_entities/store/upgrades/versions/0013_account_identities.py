"""Who accounts are elsewhere, and browsers that were sent there."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.account_tables import cw_account_identity, cw_round_trip

revision = "0013_account_identities"
down_revision = "0012_user_groups"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_account_identity, cw_round_trip):
        table.create(op.get_bind(), checkfirst=True)
