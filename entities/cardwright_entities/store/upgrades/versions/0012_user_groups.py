"""Accounts know the roles of the groups that their users are in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cardwright_entities.store.column_types import JsonDocument

revision = "0012_user_groups"
down_revision = "0011_audit"


def upgrade() -> None:
    """Add the column, where the first revision has not made it already."""
    known = {each["name"] for each in sa.inspect(op.get_bind()).get_columns("cw_account")}
    if "group_roles" not in known:
        op.add_column("cw_account", sa.Column("group_roles", JsonDocument))
