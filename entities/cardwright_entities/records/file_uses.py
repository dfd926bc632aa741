"""File fields of a draft → which record holds which file."""

from __future__ import annotations

from cardwright_entities.files.uses import Holder, drop_file, keep_file
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session


def keep_file_uses(session: Session, draft: Draft) -> None:
    """Note the files that a draft's file fields now hold, and drop those they held before."""
    entity = draft.entity.definition.id or draft.entity.name
    for found in draft.entity.fields.values():
        if not found.type.holds_file or found.name not in draft.given:
            continue
        before = (draft.stored or {}).get(found.name)
        now = draft.values.get(found.name)
        if before == now or draft.id is None:
            continue
        holder = Holder(entity, draft.id, found.definition.id or found.name)
        if isinstance(before, int):
            drop_file(session, before, holder)
        if isinstance(now, int):
            keep_file(session, now, holder)
