"""File fields of a draft → which record holds which file."""

from __future__ import annotations

from cardwright_entities.files.uses import Holder, drop_file, keep_file
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session


def keep_file_uses(session: Session, draft: Draft) -> None:
    """Note the files that a draft's file fields now hold, and drop those they held before."""
    entity = draft.entity.key
    for found in draft.entity.fields.values():
        if not found.type.holds_file or found.name not in draft.given:
            continue
        before = (draft.stored or {}).get(found.name)
        now = draft.values.get(found.name)
        if before == now or draft.id is None:
            continue
        holder = Holder(entity, draft.id, found.key)
        held, wanted = found.type.files_of(before), found.type.files_of(now)
        for file in held:
            if file not in wanted:
                drop_file(session, file, holder)
        for file in wanted:
            if file not in held:
                keep_file(session, file, holder)
