"""Mails that rules send."""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.mail_tables import cw_mail

revision = "0007_mails"
down_revision = "0006_timing"


def upgrade() -> None:
    """Create the table."""
    cw_mail.create(op.get_bind(), checkfirst=True)
