"""Files that a record is to hold must be the writer's to give, and such as the field takes.

Who holds a file decides who may read it: without this question anybody could read any file by
putting its number into a record of his own.
"""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.field_types.files import FileType
from cardwright_entities.files.register import StoredFile
from cardwright_entities.files.rights import readable_file
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.store.sessions import Session


def check_files(session: Session, reading: Reading, head: Draft, messages: Messages) -> None:
    """Note ``unknown_file`` at files that the writer may not read, and what a field refuses."""
    for draft in head.walk():
        for found, file in _new_files(draft):
            message = refusal_of_file(session, reading, found, file)
            if message is not None:
                messages.add(draft.prefix + found.name, message)


def _new_files(draft: Draft) -> Iterator[tuple[FieldModel, int]]:
    for found in draft.entity.fields.values():
        if not found.type.holds_file or found.name not in draft.given:
            continue
        held = found.type.files_of((draft.stored or {}).get(found.name))
        for file in found.type.files_of(draft.values.get(found.name)):
            if file not in held:
                yield found, file


def refusal_of_file(
    session: Session, reading: Reading, found: FieldModel, file: int
) -> Message | None:
    """Return why a field does not take a file from its writer, None if it does."""
    try:
        stored = readable_file(session, reading, file)
    except NotFoundError:
        return Message("unknown_file")
    if not isinstance(found.type, FileType):
        return None
    if stored.size > found.type.largest(found.definition):
        megabytes = found.type.largest(found.definition) // 1_000_000
        return Message.of("file_above_limit", name=stored.name, max=megabytes)
    if not _is_taken(stored, found.type.accepted(found.definition)):
        return Message.of("file_type_not_taken", name=stored.name)
    return None


def _is_taken(stored: StoredFile, accepted: tuple[str, ...]) -> bool:
    family = stored.type.split("/")[0] + "/*"
    return bool({"*/*", family, stored.type} & set(accepted))
