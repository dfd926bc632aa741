"""Sessions know as whom their holder looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_view_as"
down_revision = "0015_passkeys"


def upgrade() -> None:
    """Add the column, where the first revision has not made it already."""
    known = {each["name"] for each in sa.inspect(op.get_bind()).get_columns("cw_session")}
    if "view_as" not in known:
        op.add_column("cw_session", sa.Column("view_as", sa.BigInteger))
