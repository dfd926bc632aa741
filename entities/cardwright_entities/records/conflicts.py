"""Two people changed the same record: who changed what since, and whether it can be merged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.platform_tables import cw_change, cw_change_set
from cardwright_entities.store.sessions import Session


def refuse_stale(session: Session, reading: Reading, draft: Draft, *, merge: bool) -> None:
    """Raise ConflictError when the writer's version is not the stored one.

    With ``merge`` it is no conflict while nobody else changed the fields that were given.
    ``details`` hold per field mine, theirs and base as JSON, and who changed it last and when.
    """
    stored = draft.stored or {}
    if draft.version is None or draft.version == stored.get("version"):
        for lines in draft.lines.values():
            for each in lines:
                refuse_stale(session, reading, each, merge=merge)
        return
    bases, last = _changes_since(session, draft)
    touched = {name for name in draft.given if draft.values.get(name) != stored.get(name)}
    if merge and bases is not None and not touched & set(bases):
        return
    readable = reading.readable(draft.entity)
    fields: dict[str, Any] = {}
    for name in sorted(touched & readable):
        if bases is not None and name not in bases:
            continue
        found = draft.entity.fields[name]
        fields[name] = {
            "mine": _json(draft, name, draft.values.get(name)),
            "theirs": _json(draft, name, stored.get(name)),
            "base": (bases or {}).get(found.name),
        }
    raise ConflictError(
        Message("changed_meanwhile"),
        {
            "version": stored.get("version"),
            "fields": fields,
            "changed_by": last,
            "changed_at": stored.get("changed_at"),
        },
    )


def _changes_since(session: Session, draft: Draft) -> tuple[dict[str, Any] | None, int | None]:
    """Return the values that the writer saw, of fields changed since, and who changed last."""
    entity = draft.entity
    newest = (draft.stored or {}).get("version")
    if isinstance(newest, int) and (draft.version or 0) > newest:
        return None, None  # nobody can have seen it; the column could not even hold it
    statement = (
        select(cw_change.c.before, cw_change.c.op, cw_change_set.c.principal)
        .join(cw_change_set, cw_change_set.c.id == cw_change.c.change_set)
        .where(
            cw_change.c.entity == entity.key,
            cw_change.c.record == draft.id,
            cw_change.c.version > draft.version,
        )
        .order_by(cw_change.c.id)
    )
    rows = session.rows(statement)
    if not rows:
        return None, None
    bases: dict[str, Any] = {}
    for before, _, _ in rows:
        for key, value in (before or {}).items():
            found = entity.by_id.get(key) or entity.fields.get(key)
            if found is not None:
                bases.setdefault(found.name, value)
    return bases, rows[-1][2]


def _json(draft: Draft, name: str, value: object) -> object:
    found = draft.entity.fields[name]
    return None if value is None else found.type.to_json(value, found.definition)
