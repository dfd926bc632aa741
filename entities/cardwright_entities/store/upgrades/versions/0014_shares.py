"""Single records that were shared."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.share_tables import cw_share

revision = "0014_shares"
down_revision = "0013_account_identities"


def upgrade() -> None:
    """Create the table."""
    cw_share.create(op.get_bind(), checkfirst=True)
