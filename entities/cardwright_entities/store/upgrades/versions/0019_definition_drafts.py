"""Drafts of definitions that were changed on screen."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.change_tables import cw_definition_draft

revision = "0019_definition_drafts"
down_revision = "0018_views"


def upgrade() -> None:
    """Create the table."""
    cw_definition_draft.create(op.get_bind(), checkfirst=True)
