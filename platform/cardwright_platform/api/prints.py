"""Documents of records as PDF and as workbooks."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_platform.api.answers import BASE
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.records import RECORD
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.printing import answer_pdf, answer_workbook, print_request
from cardwright_platform.prints.rendering import PrintRequest

pages = Blueprint("api_prints", __name__, url_prefix=BASE)


@pages.get(f"/records/<entity>/{RECORD}/prints/<name>")
@requires(RECORDS)
@operation(Operation(answer="", action=("read",)))
def take_print(entity: str, record: int, name: str) -> ResponseReturnValue:
    """Answer a document of a record as PDF."""
    return answer_pdf(_asked(entity, record, name))


@pages.get(f"/records/<entity>/{RECORD}/prints/<name>.xlsx")
@requires(RECORDS)
@operation(Operation(answer="", action=("read",)))
def take_workbook(entity: str, record: int, name: str) -> ResponseReturnValue:
    """Answer a document of a record as a workbook."""
    return answer_workbook(_asked(entity, record, name))


def _asked(entity: str, record: int, name: str) -> PrintRequest:
    read_parameters()
    with reading_desk() as desk:
        find_entity(desk, entity, "print")
        return print_request(desk, entity, record, name)
