"""Plans that wait, and values that are converted to another type."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.change_tables import (
    cw_conversion,
    cw_conversion_row,
    cw_plan,
    cw_reject,
)

revision = "0002_conversions"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_conversion, cw_conversion_row, cw_reject, cw_plan):
        table.create(op.get_bind(), checkfirst=True)
