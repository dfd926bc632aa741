"""The n:m links of stored lines, read before a change: only what differs is written."""

from __future__ import annotations

from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import links_of
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session


def bring_links(session: Session, reading: Reading, draft: Draft) -> None:
    """Note in the lines of a draft which records they point to, as far as these were sent."""
    for lines in draft.lines.values():
        for found in lines[0].entity.fields.values() if lines else ():
            if found.type.relation != "many":
                continue
            sent = {each.id: each for each in lines if found.name in each.given and each.id}
            linked = links_of(session, reading, lines[0].entity, found, list(sent)) if sent else {}
            for record, each in sent.items():
                if each.stored is not None:
                    each.stored[found.name] = linked.get(record) or None
