"""Tags, favourites and records that were opened."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.mark_tables import cw_mark, cw_mark_use, cw_visit

revision = "0017_marks"
down_revision = "0016_view_as"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_mark, cw_mark_use, cw_visit):
        table.create(op.get_bind(), checkfirst=True)
