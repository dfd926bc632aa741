"""Days of recurrences that were dealt with."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.timing_tables import cw_recurrence_day

revision = "0006_timing"
down_revision = "0005_approvals"


def upgrade() -> None:
    """Create the table."""
    cw_recurrence_day.create(op.get_bind(), checkfirst=True)
