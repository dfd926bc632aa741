"""The platform's tables of the first version.

Until that version is released it follows the declarations; from then on its tables are written out
here, and every change is a revision of its own.
"""

from __future__ import annotations

from alembic import op

from cardwright_entities.store.platform_tables import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    METADATA.create_all(op.get_bind(), checkfirst=False)
