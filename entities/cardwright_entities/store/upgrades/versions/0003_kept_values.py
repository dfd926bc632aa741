"""Values that the engine keeps: by which definition they were computed."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.kept_tables import cw_kept

revision = "0003_kept_values"
down_revision = "0002_conversions"


def upgrade() -> None:
    """Create the table."""
    cw_kept.create(op.get_bind(), checkfirst=True)
