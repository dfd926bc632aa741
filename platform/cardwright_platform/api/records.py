"""Records of an entity: list, create, read, change, delete, restore."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.records.gate import SaveOptions
from cardwright_platform.api.answers import (
    BASE,
    Answer,
    answer_once,
    answer_write,
    dumps,
    location,
    respond,
)
from cardwright_platform.api.asking import DELETED, EXPAND, FIELDS, LISTING, page_request
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import CHANGE, NEW, Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter
from cardwright_platform.api.reading import page_json, record_json
from cardwright_platform.api.saving import outcome, saved_json, split_body
from cardwright_platform.api.versions import entity_tag, given_version, wanted_version
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_records", __name__, url_prefix=BASE)

#: A record's id in an address.
RECORD = "<int(min=1, max=9007199254740991):record>"

READING = (FIELDS, EXPAND, DELETED)
CHANGING = (
    Parameter(
        "lines_mode",
        "What becomes of lines that are not sent: keep them, or replace all.",
        {"type": "string", "enum": ["keep", "replace"], "default": "keep"},
    ),
    Parameter(
        "merge",
        "Take the change although the version is old, if others changed other fields only.",
        {"type": "boolean", "default": False},
    ),
)


@pages.get("/records/<entity>")
@requires(RECORDS)
@operation(Operation(answer="page", action=("read",), parameters=LISTING))
def list_records(entity: str) -> ResponseReturnValue:
    """Answer a page of records."""
    asked = read_parameters()
    with reading_desk() as desk:
        found = find_entity(desk, entity)
        page = page_json(desk, found, page_request(desk, found, asked), asked.names("expand"))
    return respond(dumps(page))


@pages.post("/records/<entity>")
@requires(RECORDS)
@operation(
    Operation(answer="record", status=201, action=("create",), body=NEW, once=True, tagged=True)
)
def create_record(entity: str) -> ResponseReturnValue:
    """Store a new record."""
    read_parameters()
    values, confirmed = split_body(read_object())

    def work(desk: Desk) -> Answer:
        saved = desk.records.create(entity, values, SaveOptions(confirmed=confirmed))
        return Answer(
            value=saved_json(desk, entity, saved),
            status=201,
            headers={
                "Location": location(f"records/{entity}/{saved.id}"),
                "ETag": entity_tag(saved.version),
            },
        )

    return answer_once(work, lambda desk: find_entity(desk, entity, "create"))


@pages.get(f"/records/<entity>/{RECORD}")
@requires(RECORDS)
@operation(Operation(answer="record", action=("read",), parameters=READING, tagged=True))
def read_record(entity: str, record: int) -> ResponseReturnValue:
    """Answer one record with its lines."""
    asked = read_parameters()
    with reading_desk() as desk:
        found = record_json(
            desk,
            entity,
            record,
            fields=asked.names("fields"),
            expand=asked.names("expand"),
            deleted=asked.flag("deleted"),
        )
    return respond(dumps(found), 200, {"ETag": entity_tag(int(found["version"]))})


@pages.patch(f"/records/<entity>/{RECORD}")
@requires(RECORDS)
@operation(
    Operation(
        answer="record",
        action=("edit",),
        parameters=CHANGING,
        body=CHANGE,
        takes_version="required",
        tagged=True,
    )
)
def change_record(entity: str, record: int) -> ResponseReturnValue:
    """Change the fields that are sent, of the version that the caller has seen."""
    asked = read_parameters()
    replaces = asked.choice("lines_mode", ("keep", "replace"), "keep") == "replace"
    merge = asked.flag("merge")
    version = wanted_version()
    values, confirmed = split_body(read_object())
    options = SaveOptions(confirmed=confirmed, replace_lines=replaces, merge=merge)

    def work(desk: Desk) -> Answer:
        saved = desk.records.update(entity, record, values, version, options)
        return Answer(
            value=saved_json(desk, entity, saved), headers={"ETag": entity_tag(saved.version)}
        )

    return answer_write(work)


@pages.delete(f"/records/<entity>/{RECORD}")
@requires(RECORDS)
@operation(
    Operation(answer="Deleted", action=("delete",), takes_version="optional", conflicts=True)
)
def delete_record(entity: str, record: int) -> ResponseReturnValue:
    """Move a record to the recycle bin; with If-Match only in the version that was seen."""
    read_parameters()
    version = given_version()

    def work(desk: Desk) -> Answer:
        saved = desk.records.delete(entity, record, version)
        return Answer(value={"id": saved.id, "version": saved.version, **outcome(saved)})

    return answer_write(work)


@pages.post(f"/records/<entity>/{RECORD}/restore")
@requires(RECORDS)
@operation(Operation(answer="record", action=("delete",), tagged=True, conflicts=True))
def restore_record(entity: str, record: int) -> ResponseReturnValue:
    """Take a record out of the recycle bin."""
    read_parameters()

    def work(desk: Desk) -> Answer:
        saved = desk.records.restore(entity, record)
        return Answer(
            value=saved_json(desk, entity, saved), headers={"ETag": entity_tag(saved.version)}
        )

    return answer_write(work)
