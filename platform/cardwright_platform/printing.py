"""A print for whoever asks in this request: pages and API make and answer it alike."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from flask import Response, send_file

from cardwright_entities.audit.kinds import PRINTED
from cardwright_entities.audit.noting import note
from cardwright_entities.engine import Desk
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import safe_name
from cardwright_platform.current import (
    current_account,
    current_context,
    current_instance,
    current_watermark,
)
from cardwright_platform.prints.documents import find_print, make_request
from cardwright_platform.prints.rendering import Printer, PrintRequest

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def print_request(desk: Desk, entity: str, record: int, name: str) -> PrintRequest:
    """Gather what a print says of a record; raise NotFoundError or AccessError."""
    config = current_instance().config
    definition = find_print(desk, desk.model.entity(entity), name)
    blobs = Blobs(config.files_folder)
    asked = make_request(desk, blobs, definition, record, current_account().name, config.name)
    return replace(asked, watermark=current_watermark())


def current_printer() -> Printer:
    """Return what lays out this installation's documents."""
    instance = current_instance()
    return Printer(folder=instance.config.folder / "prints", turns=instance.printing)


def answer_pdf(request: PrintRequest) -> Response:
    """Answer the document as PDF, under its name; raise ConfinedError in words."""
    _note(request, "pdf")
    return _answer(current_printer().pdf(request), "application/pdf", f"{request.title}.pdf")


def answer_workbook(request: PrintRequest) -> Response:
    """Answer the document as a workbook, under its name; raise ConfinedError in words."""
    _note(request, "xlsx")
    return _answer(current_printer().workbook(request), _WORKBOOK, f"{request.title}.xlsx")


def _note(request: PrintRequest, ending: str) -> None:
    """Note in the log that a document is taken away."""
    target = f"{request.title}.{ending}"
    current_instance().store.run_write(
        current_context(), lambda session: note(session, PRINTED, target=target)
    )


def _answer(content: bytes, mimetype: str, name: str) -> Response:
    answer = send_file(
        BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=safe_name(name)
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
