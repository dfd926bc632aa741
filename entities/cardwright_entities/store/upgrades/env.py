"""Alembic's entry: it runs the revisions on the connection that ``upgrading`` hands over."""

from __future__ import annotations

from alembic import context

# The caller's transaction is around everything, so a failing revision leaves nothing behind.
context.configure(
    connection=context.config.attributes["connection"],
    version_table="cw_revision",
    render_as_batch=False,
)
context.run_migrations()
