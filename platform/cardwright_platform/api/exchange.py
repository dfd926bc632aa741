"""Files in and out as jobs: imports and exports of an entity's records."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.exchange.requests import (
    CREATE,
    UPDATE,
    UPSERT,
    ExportRequest,
    ImportRequest,
)
from cardwright_entities.exchange.service import Exchange
from cardwright_entities.exchange.services import require
from cardwright_platform.api.answers import BASE, Answer, answer_once, location
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, flag, load_body, many, text, whole
from cardwright_platform.api.jobs import job_json
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, reading, requires
from cardwright_platform.worker.assembly import build_exchange

pages = Blueprint("api_exchange", __name__, url_prefix=BASE)

_MOST_COLUMNS = 500


class ImportBody(Body):
    """Which file, and how its columns become fields."""

    file = whole("A file that was brought to /files.", 1, 2**53 - 1, required=True)
    import_map = text("The name of an import map.", most=60)
    columns = Plain(
        "Titles of the file to paths of fields; an empty path leaves a column out.",
        {"additionalProperties": {"type": "string"}, "maxProperties": _MOST_COLUMNS},
    )
    key = many(text("A field.", most=200), "Fields by which records are found again.", 10)
    mode = text("What is done with the rows.", choices=(CREATE, UPDATE, UPSERT))
    blanks = text("What an empty cell does to a value.", choices=("keep", "clear"))
    dry_run = flag("Only say what would be done.")
    sheet = text("The sheet of a workbook; the first by default.", most=100)
    encoding = text("The encoding of a CSV file; found out by default.", most=40)
    delimiter = text("What stands between the cells of a CSV file.", most=1)


class ExportBody(Body):
    """Which records, which columns, and what kind of file."""

    columns = many(text("A path.", most=200), "Columns; those of the list by default.", 500)
    where = text("A condition as text.")
    filter = Plain("A condition as JSON.", {"minProperties": 1})
    search = text("Words to look for.", most=200)
    sort = many(text("A path, a minus before one that runs downwards.", most=200), "Order.", 4)
    ids = many(whole("A record.", 1, 2**53 - 1), "Only these records.", 10_000, least=1)
    format = text("The kind of file.", choices=("xlsx", "csv"))
    with_ids = flag("Add id and version, so that the file can come back as changes.")
    reason = text("Why; required where the company or the entity asks. Kept in the log.", most=500)


@pages.post("/records/<entity>/import")
@requires(RECORDS)
@operation(Operation(answer="Job", status=202, action=("import",), body=ImportBody, once=True))
def import_records(entity: str) -> ResponseReturnValue:
    """Ask for the import of a file; the job tells how far it is."""
    read_parameters()
    asked = load_body(ImportBody(), read_object())
    asked["key"] = tuple(asked.get("key", ()))
    request = ImportRequest(entity=entity, **asked)
    return _start(entity, "import", lambda desk: _exchange().start_import(desk, request))


@pages.post("/records/<entity>/export")
@requires(RECORDS)
@operation(Operation(answer="Job", status=202, action=("export",), body=ExportBody, once=True))
@reading
def export_records(entity: str) -> ResponseReturnValue:
    """Ask for a file of records; the job's result names it."""
    read_parameters()
    asked = load_body(ExportBody(), read_object())
    asked |= {name: tuple(asked.get(name, ())) for name in ("columns", "sort", "ids")}
    request = ExportRequest(entity=entity, **asked)
    return _start(entity, "export", lambda desk: _exchange().start_export(desk, request))


def _exchange() -> Exchange:
    return build_exchange(current_instance())


def _start(entity: str, action: str, start: Callable[[Desk], int]) -> ResponseReturnValue:
    def work(desk: Desk) -> Answer:
        job = start(desk)
        return Answer(
            value=job_json(current_instance().jobs.read(desk.session, job)),
            status=202,
            headers={"Location": location(f"jobs/{job}")},
        )

    return answer_once(work, lambda desk: require(desk, entity, action))
