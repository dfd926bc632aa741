"""Views of lists that people keep under a name."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.view_tables import cw_view, cw_view_share

revision = "0018_views"
down_revision = "0017_marks"


def upgrade() -> None:
    """Create the tables."""
    for table in (cw_view, cw_view_share):
        table.create(op.get_bind(), checkfirst=True)
