"""Which record holds which file: what rights on files look at."""

from __future__ import annotations

from sqlalchemy import delete, insert

from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.platform_tables import cw_file_use
from cardwright_entities.store.sessions import Session


def keep_file_uses(session: Session, draft: Draft) -> None:
    """Note the files that a draft's file fields now hold, and drop those they held before."""
    entity = draft.entity.definition.id or draft.entity.name
    for found in draft.entity.fields.values():
        if not found.type.holds_file or found.name not in draft.given:
            continue
        before = (draft.stored or {}).get(found.name)
        now = draft.values.get(found.name)
        if before == now:
            continue
        field = found.definition.id or found.name
        if before is not None:
            session.execute(
                delete(cw_file_use).where(
                    cw_file_use.c.file == before,
                    cw_file_use.c.entity == entity,
                    cw_file_use.c.record == draft.id,
                    cw_file_use.c.field == field,
                )
            )
        if now is not None:
            row = {"file": now, "entity": entity, "record": draft.id, "field": field}
            session.execute(insert(cw_file_use).values(row))
