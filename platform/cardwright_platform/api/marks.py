"""The caller's own tags and favourites of a record: read, and set."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.marks.reaching import FOLDER, TAG
from cardwright_entities.records.marking import LONGEST_NAME, marks_of, set_marks
from cardwright_platform.api.answers import BASE, Answer, answer_once, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, load_body, many, text
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.records import RECORD
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_marks", __name__, url_prefix=BASE)

_MARKS = f"/records/<entity>/{RECORD}/marks"
#: Tags and folders of one record that one request names.
_MOST = 50
_KINDS = {"tags": TAG, "favourites": FOLDER}


class MarksBody(Body):
    """All the tags of a record, all the folders that it is in, or both; what is left out stays."""

    tags = many(text("The name of a tag.", most=LONGEST_NAME), "The caller's tags.", _MOST)
    favourites = many(
        text("The name of a folder.", most=LONGEST_NAME), "The caller's folders.", _MOST
    )


@pages.get(_MARKS)
@requires(RECORDS)
@operation(Operation(answer="Marks", action=("read",)))
def read_marks(entity: str, record: int) -> ResponseReturnValue:
    """Answer the caller's own tags of a record and the folders that hold it."""
    read_parameters()
    with reading_desk() as desk:
        find_entity(desk, entity)
        return respond(dumps(_json(desk, entity, record)))


@pages.patch(_MARKS)
@requires(RECORDS)
@operation(Operation(answer="Marks", action=("read",), body=MarksBody, once=True))
def change_marks(entity: str, record: int) -> ResponseReturnValue:
    """Set the caller's own tags of a record, or the folders that hold it; new ones are made."""
    read_parameters()
    body = load_body(MarksBody(), read_object())

    def work(desk: Desk) -> Answer:
        find_entity(desk, entity)
        for place, names in body.items():
            try:
                set_marks(desk.records, entity, record, _KINDS[place], names)
            except InputError as error:
                raise InputError({place: error.fields["name"]}) from error
        return Answer(value=_json(desk, entity, record))

    return answer_once(work, lambda desk: find_entity(desk, entity))


def _json(desk: Desk, entity: str, record: int) -> dict[str, Any]:
    found = marks_of(desk.records, entity, record)
    return {place: [each.name for each in found.of(record, kind)] for place, kind in _KINDS.items()}
