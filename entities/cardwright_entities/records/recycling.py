"""The lines that go to the recycle bin with their head, and come back with it."""

from __future__ import annotations

from sqlalchemy import select

from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session


def lines_of_head(
    session: Session, model: Model, head: Draft, deleted_with: object = None
) -> list[Draft]:
    """Return the living lines of a head, or those that were deleted at a moment."""
    drafts: list[Draft] = []
    for each in head.entity.lines:
        line = model.lines_of(head.entity, each.name)
        table = line.table
        gone = table.c["deleted_at"]
        state = gone.is_(None) if deleted_with is None else gone == deleted_with
        found = session.rows(
            select(table.c["id"], table.c["version"]).where(table.c["head"] == head.id, state)
        )
        drafts += [
            Draft(line, {"id": row[0], "version": row[1], "head": head.id}, {}, head=head)
            for row in found
        ]
    return drafts
