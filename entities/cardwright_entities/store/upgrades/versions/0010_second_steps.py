"""Second steps of signing in, and the codes for the day on which one is lost."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.account_tables import cw_backup_code, cw_second_step

revision = "0010_second_steps"
down_revision = "0009_restores"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_second_step, cw_backup_code):
        table.create(op.get_bind(), checkfirst=True)
