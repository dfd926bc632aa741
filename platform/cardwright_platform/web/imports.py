"""Import: bring a file, say what its columns are, try, begin; the result is a job's page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, InputError
from cardwright_entities.exchange.requests import ImportRequest
from cardwright_entities.exchange.service import Exchange
from cardwright_entities.exchange.templates import template_layout, write_template
from cardwright_entities.files.register import add_file, safe_name
from cardwright_entities.files.rights import readable_file
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.imports import mapping_view, upload_view
from cardwright_platform.web.uploads import check_first, store_upload
from cardwright_platform.web.urls import import_map_url, job_url
from cardwright_platform.worker.assembly import build_exchange

pages = Blueprint("imports", __name__)


@pages.get("/import/<name>")
@requires(RECORDS)
def choose_file(name: str) -> ResponseReturnValue:
    """Ask for the file."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "import")
        return show(upload_view(desk, reader_at(desk), entity), desk, entity=name)


@pages.post("/import/<name>")
@requires(RECORDS)
def bring_file(name: str) -> ResponseReturnValue:
    """Store the file and go on to its columns."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _refuse(name, current_reader().t("import.no_file"))
    check_first(lambda desk: desk.records.may(name, "import"))
    blob = store_upload(upload)
    filename = upload.filename

    def work(desk: Desk) -> int:
        desk.records.may(name, "import")
        return add_file(desk.session, blob, filename)

    file = write_at_desk(work)
    pairs = (("map", request.form.get("map", "")), ("encoding", request.form.get("encoding", "")))
    return go(import_map_url(name, file, pairs))


@pages.get("/import/<name>/template")
@requires(RECORDS)
def download_template(name: str) -> ResponseReturnValue:
    """Answer an empty workbook with the columns of an entity."""
    exchange = _exchange()
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "import")
        layout = template_layout(desk, name)
        label = reader_at(desk).entity_label(entity)
    with TemporaryDirectory(dir=current_instance().config.files_folder / "tmp") as folder:
        target = Path(folder) / "template.xlsx"
        write_template(exchange.services, layout, target)
        opened = target.open("rb")
    return send_file(opened, as_attachment=True, download_name=safe_name(f"{label}.xlsx"))


@pages.get("/import/<name>/<int:file>")
@requires(RECORDS)
def choose_columns(name: str, file: int) -> ResponseReturnValue:
    """Show what each column of the file would become."""
    asked = _request_of_address(name, file)
    try:
        return _mapping_page(asked, 200)
    except CardwrightError as error:
        if isinstance(error, InputError) or not hasattr(error, "message"):
            raise
        return _refuse(name, current_reader().say(error.message))


@pages.post("/import/<name>/<int:file>")
@requires(RECORDS)
def try_import(name: str, file: int) -> ResponseReturnValue:
    """Begin the dry run with the columns as they were chosen."""
    exchange = _exchange()
    asked = replace(_chosen(name, file, exchange), dry_run=True)
    try:
        job = write_at_desk(lambda desk: exchange.start_import(desk, asked))
    except InputError as error:
        reader = current_reader()
        errors = [reader.say(each) for each in error.messages]
        return _mapping_page(asked, 422, errors)
    return go(job_url(job))


def _mapping_page(
    asked: ImportRequest, status: int, errors: list[str] | None = None
) -> ResponseReturnValue:
    with reading_desk() as desk:
        entity = find_entity(desk.model, asked.entity)
        stored = readable_file(desk.session, desk.reading, asked.file)
        preview = _exchange().preview(desk, asked)
        page = mapping_view(desk, reader_at(desk), entity, asked, preview, stored.name)
        if errors:
            page = replace(page, errors=tuple(errors))
        return show(page, desk, status=status, entity=entity.name)


def _request_of_address(name: str, file: int) -> ImportRequest:
    return ImportRequest(
        file=file,
        entity=name,
        import_map=request.args.get("map", ""),
        encoding=request.args.get("encoding", ""),
        sheet=request.args.get("sheet", ""),
    )


def _chosen(name: str, file: int, exchange: Exchange) -> ImportRequest:
    """Return the request with what the form says of each column, by the titles of the file."""
    form = request.form
    base = ImportRequest(
        file=file,
        entity=name,
        import_map=form.get("map", ""),
        encoding=form.get("encoding", ""),
        sheet=form.get("sheet", ""),
        mode=form.get("mode", ""),
        key=tuple(each for each in form.getlist("key") if each),
    )
    with reading_desk() as desk:
        titles = exchange.preview(desk, base).titles
    columns: dict[str, str] = {}
    for number, title in enumerate(titles):
        path = form.get(f"column.{number}")
        if path is None or title is None or str(title).strip() == "":
            continue
        match = form.get(f"match.{number}", "")
        columns[str(title)] = f"{path}.{match}" if path and match else path
    return replace(base, columns=columns)


def _refuse(name: str, text: str) -> ResponseReturnValue:
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        page = replace(upload_view(desk, reader_at(desk), entity), errors=(text,))
        return show(page, desk, status=422, entity=name)


def _exchange() -> Exchange:
    return build_exchange(current_instance())
