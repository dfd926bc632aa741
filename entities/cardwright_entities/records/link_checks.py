"""Links must point to records that the writer may read: asked once for all records of a save."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from cardwright_entities.errors import Message
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import pointed
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.store.sessions import Session

#: Ids asked for in one statement.
_MOST = 500

Places = list[tuple[Messages, str]]


def check_links(
    session: Session, reading: Reading, prepared: Sequence[tuple[Draft, Messages]]
) -> None:
    """Note ``unknown_record`` at every changed link whose target is missing or not readable."""
    wanted: defaultdict[str, dict[int, Places]] = defaultdict(dict)
    for head, messages in prepared:
        for draft in head.walk():
            for found, value in changed_links(draft):
                for entity, record in pointed(reading, found, value):
                    places = wanted[entity].setdefault(record, [])
                    places.append((messages, draft.prefix + found.name))
    for entity, records in sorted(wanted.items()):
        readable = readable_targets(session, reading, entity, sorted(records))
        for record, places in records.items():
            if record not in readable:
                for messages, place in places:
                    messages.add(place, Message("unknown_record"))


def changed_links(draft: Draft) -> Iterator[tuple[FieldModel, object]]:
    """Yield the links of a draft that point elsewhere than before, with what they hold now."""
    if draft.entity.definition.kept:
        # Written by the engine alone, which also notes what becomes of deleted records.
        return
    for found in draft.entity.fields.values():
        if not found.targets:
            continue
        # The engine itself makes the writer the owner, whether or not he may read employees.
        if found.definition.system and (found.name != "owner" or "owner" not in draft.given):
            continue
        if found.name not in draft.given and not draft.is_new:
            continue
        value = draft.values.get(found.name)
        if value is not None and value != (draft.stored or {}).get(found.name):
            yield found, value


def readable_targets(
    session: Session, reading: Reading, entity_name: str, records: Sequence[int]
) -> set[int]:
    """Return those of some records of an entity to which the reader may point."""
    entity = reading.model.entity(entity_name)
    table = entity.table
    allowed = rows_condition(reading, entity, table)
    found: set[int] = set()
    for start in range(0, len(records), _MOST):
        statement = select(table.c["id"]).where(
            table.c["id"].in_(records[start : start + _MOST]),
            table.c["deleted_at"].is_(None),
            allowed,
        )
        if session.dialect == "postgresql":
            # As the reference itself will: who deletes the record at this moment is waited for.
            statement = statement.order_by(table.c["id"]).with_for_update(
                read=True, key_share=True, of=table
            )
        found.update(row[0] for row in session.rows(statement))
    return found
