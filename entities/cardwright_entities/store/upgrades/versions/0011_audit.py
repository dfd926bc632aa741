"""The log of what was done, and its seals."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.audit_tables import cw_audit, cw_audit_anchor, cw_audit_seal

revision = "0011_audit"
down_revision = "0010_second_steps"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_audit, cw_audit_seal, cw_audit_anchor):
        table.create(op.get_bind(), checkfirst=True)
