"""Prints: look at a document of a record, and save it as PDF or as a workbook."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.printing import answer_pdf, answer_workbook, current_printer, print_request
from cardwright_platform.prints.rendering import PrintRequest
from cardwright_platform.views.prints import PrintPage
from cardwright_platform.web.answers import find_entity, show
from cardwright_platform.web.desks import reading_desk
from cardwright_platform.web.urls import card_url, print_url

pages = Blueprint("prints", __name__)

#: A document is shown, and does nothing: no script, nothing fetched, no form.
_DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)


@pages.get("/print/<name>/<int:record>/<template>")
@requires(RECORDS)
def show_print(name: str, record: int, template: str) -> ResponseReturnValue:
    """Show a document as it will be printed, with the ways to its files."""
    with reading_desk() as desk:
        find_entity(desk.model, name)
        request = print_request(desk, name, record, template)
    current_printer().html(request)  # what cannot be printed is said here, not in the frame
    page = PrintPage(
        title=request.title,
        document_url=print_url(name, record, template, "html"),
        pdf_url=print_url(name, record, template, "pdf"),
        workbook_url=print_url(name, record, template, "xlsx"),
        back_url=card_url(name, record),
    )
    with reading_desk() as desk:
        return show(page, desk, entity=name)


@pages.get("/print/<name>/<int:record>/<template>.html")
@requires(RECORDS)
def show_document(name: str, record: int, template: str) -> ResponseReturnValue:
    """Answer the document alone."""
    document = current_printer().html(_asked(name, record, template))
    answer = Response(document, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _DOCUMENT_POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/print/<name>/<int:record>/<template>.pdf")
@requires(RECORDS)
def save_pdf(name: str, record: int, template: str) -> ResponseReturnValue:
    """Answer the document as PDF."""
    return answer_pdf(_asked(name, record, template))


@pages.get("/print/<name>/<int:record>/<template>.xlsx")
@requires(RECORDS)
def save_workbook(name: str, record: int, template: str) -> ResponseReturnValue:
    """Answer the document as a workbook."""
    return answer_workbook(_asked(name, record, template))


def _asked(name: str, record: int, template: str) -> PrintRequest:
    with reading_desk() as desk:
        find_entity(desk.model, name)
        return print_request(desk, name, record, template)
