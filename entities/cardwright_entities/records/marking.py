"""Marking records for oneself: tags and favourites of what one may read, seen by nobody else.

A mark is no change of a record: whoever may read it may mark it, and a mark never shows what may
not be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import func, select

from cardwright_entities.errors import (
    AccessError,
    InputError,
    LimitError,
    Message,
    NotFoundError,
)
from cardwright_entities.folding import fold
from cardwright_entities.marks import keeping
from cardwright_entities.marks.keeping import Mark, MarkedRecords
from cardwright_entities.marks.reaching import FOLDER, TAG, own_account
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sources import Sources
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import open_private_set
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.sessions import Session

#: The kind of change sets by which marks are undone.
MARK = "mark"
#: Features of an entity, by the kind of mark that they allow.
FEATURES: Mapping[str, str] = {TAG: "tags", FOLDER: "favourites"}
#: Marks of each kind that somebody has, and records that bear one of them.
MOST_MARKS, MOST_MARKED = 200, 5_000
LONGEST_NAME = 40
#: Control characters and halves of characters.
_NO_TEXT = frozenset({"Cc", "Cs"})


def bears(entity: EntityModel, kind: str) -> bool:
    """Tell whether single records of an entity may be marked."""
    return FEATURES[kind] in entity.definition.features and not entity.definition.owner


def may_mark(gate: Records) -> bool:
    """Tell whether whoever acts has marks of his own here."""
    return own_account(gate.context) is not None


def marks_of(gate: Records, entity_name: str, record: int) -> MarkedRecords:
    """Return one's marks, and which of them a record bears; raise NotFoundError."""
    gate.may(entity_name, "read")
    gate.may_read(entity_name, record)
    return marked_here(gate.session, gate.model.entity(entity_name), [record])


def marked_here(session: Session, entity: EntityModel, records: Collection[int]) -> MarkedRecords:
    """Return one's marks, and which of them records bear that were seen to be readable."""
    if not bears(entity, TAG) and not bears(entity, FOLDER):
        return MarkedRecords()
    found = keeping.read_marked(session, entity.key, records)
    marks = tuple(each for each in found.marks if bears(entity, each.kind))
    by_record = {
        record: tuple(each for each in borne if bears(entity, each.kind))
        for record, borne in found.by_record.items()
    }
    return MarkedRecords(marks, by_record)


def set_marks(
    gate: Records, entity_name: str, record: int, kind: str, names: Sequence[str]
) -> None:
    """Let a record bear just these marks of a kind; raise NotFoundError or InputError."""
    entity = _markable(gate, entity_name, kind)
    gate.may_read(entity_name, record)
    wanted = {each.id: each for each in (_made(gate, kind, name) for name in names)}
    borne = keeping.read_marked(gate.session, entity.key, [record]).of(record, kind)
    for each in borne:
        if each.id not in wanted:
            keeping.take(gate.session, each, entity.key, [record], None)
    for each in wanted.values():
        _give(gate, each, entity, [record], None)


def mark_records(
    gate: Records, entity_name: str, records: Collection[int], kind: str, names: Sequence[str]
) -> tuple[int, int]:
    """Give records marks in one go; return the change set, and how many are there to be marked.

    What may not be read is passed over as what is not there.
    """
    entity = _markable(gate, entity_name, kind)
    marks = {each.id: each for each in (_made(gate, kind, name) for name in names)}
    readable = readable_of(gate.session, gate.reading, entity, records)
    change_set = open_private_set(gate.session, gate.context, MARK)
    for each in marks.values():
        _give(gate, each, entity, readable, change_set)
    return change_set, len(readable)


def unmark_records(
    gate: Records, entity_name: str, records: Collection[int], marks: Collection[Mark]
) -> tuple[int, int]:
    """Take one's marks from records; return the change set, and from how many."""
    entity = _known(gate, entity_name)
    change_set = open_private_set(gate.session, gate.context, MARK)
    taken = [keeping.take(gate.session, each, entity.key, records, change_set) for each in marks]
    return change_set, max(taken, default=0)


def first_folder(gate: Records, name: str) -> str:
    """Return the folder that a single click means: the oldest, else one that is to be named so."""
    folders = keeping.read_marks(gate.session, FOLDER)
    return min(folders, key=lambda each: each.id).name if folders else name


def mark_record(gate: Records, entity_name: str, record: int, kind: str, name: str) -> None:
    """Give one record a mark; raise NotFoundError or InputError."""
    entity = _markable(gate, entity_name, kind)
    gate.may_read(entity_name, record)
    _give(gate, _made(gate, kind, name), entity, [record], None)


def unmark_record(gate: Records, entity_name: str, record: int, kind: str, name: str = "") -> int:
    """Take a mark from a record, without a name all of the kind; return the change set."""
    borne = marks_of(gate, entity_name, record).of(record, kind)
    chosen = [each for each in borne if not name or fold(each.name) == fold(name)]
    return unmark_records(gate, entity_name, [record], chosen)[0]


def own_mark(gate: Records, mark: int) -> Mark:
    """Return a mark of one's own; raise NotFoundError."""
    found = keeping.find_mark(gate.session, mark)
    if found is None:
        raise NotFoundError(Message("not_found"))
    return found


def add_mark(gate: Records, kind: str, name: str) -> Mark:
    """Return the mark of that name, made where there is none yet; raise InputError."""
    return _made(gate, kind, name)


def rename(gate: Records, mark: int, name: str) -> Mark:
    """Call a mark of one's own otherwise; raise NotFoundError or InputError."""
    found, wanted = own_mark(gate, mark), clean_name(name)
    try:
        with gate.session.savepoint():
            keeping.rename_mark(gate.session, mark, wanted)
    except UniqueViolation as error:
        raise InputError({"name": [Message.of("mark_is_there", name=wanted)]}) from error
    return Mark(found.id, found.kind, wanted)


def delete_mark(gate: Records, mark: int) -> int:
    """Delete a mark of one's own; return the change set by which it comes back."""
    found = own_mark(gate, mark)
    change_set = open_private_set(gate.session, gate.context, MARK)
    keeping.end_mark(gate.session, found.id, change_set)
    return change_set


def undo_marks(
    gate: Records,
    change_set: int,
    new_set: int,
    *,
    parted: Collection[tuple[str, int]] | None = None,
) -> int:
    """Take back what a change set did to marks; return on how many records of one's own.

    What moved because records were merged goes back with them, whosever marks they are; nobody is
    told how many: ``parted`` are the records that a merge no longer holds together.
    """
    if parted is None:
        return keeping.take_back_marks(gate.session, change_set, new_set)
    if parted:
        keys = [(gate.model.entity(name).key, record) for name, record in parted]
        where = keeping.uses_of(keys)
        keeping.take_back_marks(gate.session, change_set, new_set, where)
    return 0


def count_marked(
    session: Session, reading: Reading, marks: Iterable[Mark]
) -> dict[int, dict[str, int]]:
    """Return how many readable records bear each of one's marks, by mark and entity's name.

    It takes a statement for each entity that has any.
    """
    kinds = {each.id: each.kind for each in marks}
    found: dict[int, dict[str, int]] = {}
    for key in keeping.used_in(session, kinds):
        entity = reading.model.by_name_or_id(key)
        if entity is None or not _is_open(reading, entity):
            continue
        for each, count in _counted(session, reading, entity):
            if each in kinds and bears(entity, kinds[each]):
                found.setdefault(each, {})[entity.name] = count
    return found


def readable_of(
    session: Session, reading: Reading, entity: EntityModel, records: Collection[int]
) -> list[int]:
    """Return which of some records are there to be read, in rising order."""
    sources = Sources()
    source = sources.take(entity)
    statement = select(source.c["id"]).where(
        source.c["id"].in_(sorted(set(records))),
        source.c["deleted_at"].is_(None),
        rows_condition(reading, entity, source, sources=sources),
    )
    return sorted(row[0] for row in session.rows(statement))


def clean_name(name: str) -> str:
    """Return the name of a mark as it is kept; raise InputError."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InputError({"name": [Message("required")]})
    if len(cleaned) > LONGEST_NAME:
        raise InputError({"name": [Message.of("too_long", max=LONGEST_NAME, length=len(cleaned))]})
    if any(unicodedata.category(sign) in _NO_TEXT for sign in cleaned):
        raise InputError({"name": [Message("mark_no_text")]})
    return cleaned


def _counted(session: Session, reading: Reading, entity: EntityModel) -> Iterator[tuple[int, int]]:
    used = keeping.own_uses(reading.context, entity.key)
    if used is None:
        return
    sources = Sources()
    source = sources.take(entity)
    statement = (
        select(used.c.mark, func.count())
        .join(source, source.c["id"] == used.c.record)
        .where(
            source.c["deleted_at"].is_(None),
            rows_condition(reading, entity, source, sources=sources),
        )
        .group_by(used.c.mark)
    )
    for row in session.rows(statement):
        yield row[0], row[1]


def _is_open(reading: Reading, entity: EntityModel) -> bool:
    return reading.policy.may(reading.context.principal, entity.name, "read")


def _known(gate: Records, name: str) -> EntityModel:
    gate.may(name, "read")
    if not may_mark(gate):
        raise AccessError(Message("not_allowed"))
    return gate.model.entity(name)


def _markable(gate: Records, name: str, kind: str) -> EntityModel:
    entity = _known(gate, name)
    if not bears(entity, kind):
        raise NotFoundError(Message("not_found"))
    return entity


def _made(gate: Records, kind: str, name: str) -> Mark:
    wanted = clean_name(name)
    known = keeping.named_mark(gate.session, kind, wanted)
    if known is not None:
        return known
    if not may_mark(gate):
        raise AccessError(Message("not_allowed"))
    if len(keeping.read_marks(gate.session, kind)) >= MOST_MARKS:
        raise LimitError(Message.of("too_many_marks", most=MOST_MARKS))
    return keeping.make_mark(gate.session, kind, wanted)


def _give(
    gate: Records,
    mark: Mark,
    entity: EntityModel,
    records: Collection[int],
    change_set: int | None,
) -> None:
    if keeping.count_used(gate.session, mark.id) + len(records) > MOST_MARKED:
        raise LimitError(Message.of("too_many_marked", most=MOST_MARKED))
    keeping.give(gate.session, mark, entity.key, records, change_set)
