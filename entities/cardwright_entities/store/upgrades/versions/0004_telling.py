"""What people are told, and what rules did."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.telling_tables import (
    cw_notification,
    cw_rule_member,
    cw_rule_run,
    cw_rule_state,
)

revision = "0004_telling"
down_revision = "0003_kept_values"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_notification, cw_rule_run, cw_rule_member, cw_rule_state):
        table.create(op.get_bind(), checkfirst=True)
