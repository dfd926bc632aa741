"""Reports: the list of them, one as a page, and its table as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from cardwright_entities.audit.kinds import REPORT_EXPORTED
from cardwright_entities.audit.noting import note
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, Message, NotFoundError
from cardwright_entities.exchange.reasons import (
    PLACE,
    asks_reason,
    checked_reason,
    reason_detail,
)
from cardwright_entities.reports.listing import ListRequest, RecordList
from cardwright_entities.reports.seeing import may_see, measured_for
from cardwright_metadata.definitions.reports import ReportDefinition
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty, Pager
from cardwright_platform.views.reports import ReportLink, ReportPage, ReportsPage
from cardwright_platform.web.answers import show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.charts import chart_of
from cardwright_platform.web.presenting.export_reasons import reason_form
from cardwright_platform.web.presenting.narrowing import narrowed_by, narrowings
from cardwright_platform.web.presenting.report_files import RecordFile, ReportFile
from cardwright_platform.web.presenting.report_records import ListFace
from cardwright_platform.web.presenting.reports import ReportFace
from cardwright_platform.web.urls import report_url
from cardwright_platform.worker.assembly import build_exchange

pages = Blueprint("reports", __name__)


@pages.get("/reports")
@requires(RECORDS)
def list_reports() -> ResponseReturnValue:
    """Show the reports in which the reader may see anything."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = sorted(desk.model.catalog.reports.values(), key=lambda each: each.order)
        links = tuple(
            ReportLink(
                label=reader.text(each.label, each.name),
                url=report_url(each.name),
                icon=each.icon or "chart-bar",
                note=reader.text(each.description),
            )
            for each in found
            if may_see(desk.reading, each)
        )
        empty = None if links else Empty(title=reader.t("report.no_reports"))
        return show(ReportsPage(title=reader.t("report.title"), reports=links, empty=empty), desk)


@pages.get("/reports/<name>")
@requires(RECORDS)
def show_report(name: str) -> ResponseReturnValue:
    """Show a report, narrowed as its form says."""
    with reading_desk() as desk:
        reader, definition = reader_at(desk), _definition(desk, name)
        sent = request.args.to_dict()
        inputs = narrowings(desk, reader, definition, sent)
        pairs = _narrowed(sent)
        asked = _asks_why(desk, definition)
        saves = tuple(
            Action(
                label=reader.t(f"report.save_{ending}"),
                url=report_url(name, pairs, ending),
                icon=icon,
                download=not asked,
            )
            for ending, icon in (("xlsx", "file-spreadsheet"), ("csv", "download"))
        )
        page = ReportPage(
            title=reader.text(definition.label, name),
            text=reader.text(definition.description),
            action=report_url(name),
            inputs=inputs,
            more=saves if _may_save(desk, definition) else (),
        )
        return show(_filled(desk, definition, page), desk)


def _filled(desk: Desk, definition: ReportDefinition, page: ReportPage) -> ReportPage:
    """Return a page with its table: numbers with their picture, or records."""
    reader = reader_at(desk)
    if definition.records is not None:
        sent = request.args.to_dict()
        asked = ListRequest(where=narrowed_by(desk, definition, sent), after=sent.get("after", ""))
        found = ListFace.of(reader, desk.listed(definition.name, asked))
        return replace(
            page,
            narrowed=asked.where is not None,
            table=found.table() if found.listed.records else None,
            empty=Empty(title=reader.t("report.no_records")),
            pager=_pager(definition.name, found.listed, sent),
        )
    face = _face(desk, definition)
    return replace(
        page,
        narrowed=face.table.where is not None,
        table=face.number_table() if face.table.rows or not face.table.row_axes else None,
        chart=chart_of(face),
        empty=None if face.table.rows else Empty(title=reader.t("report.nothing")),
    )


@pages.get("/reports/<name>.csv")
@pages.post("/reports/<name>.csv")
@requires(RECORDS)
def save_table(name: str) -> ResponseReturnValue:
    """Answer the table of a report as CSV, as it is shown; before, ask why if that is wanted."""
    return _with_reason(name, "csv", lambda: _table(name))


def _table(name: str) -> Response:
    with reading_desk() as desk:
        text = _file(desk, name).csv()
    # Spreadsheets take a file for UTF-8 by its first bytes.
    answer = Response(text.encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/reports/<name>.xlsx")
@pages.post("/reports/<name>.xlsx")
@requires(RECORDS)
def save_workbook(name: str) -> ResponseReturnValue:
    """Answer the table of a report as a workbook, with the totals of the page."""
    return _with_reason(name, "xlsx", lambda: _workbook(name))


def _workbook(name: str) -> Response:
    workbooks = build_exchange(current_instance()).services.workbooks
    with (
        TemporaryDirectory(dir=current_instance().config.files_folder / "tmp") as folder,
        reading_desk() as desk,
    ):
        file, target = _file(desk, name), Path(folder) / "report.xlsx"
        workbooks.write(target, file.layout(), file.sheet())
        opened = target.open("rb")
    answer = send_file(opened, as_attachment=True, download_name=f"{name}.xlsx", max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _with_reason(name: str, ending: str, save: Callable[[], Response]) -> Response:
    """Save a report and note that it is taken away, and why; ask why where that is missing."""
    with reading_desk() as desk:
        definition = _savable(desk, name)
        required = _asks_why(desk, definition)
        typed = request.form.get(PLACE, "")
        problem: InputError | None = None
        try:
            reason = checked_reason(typed, required=required)
        except InputError as error:
            problem = error if request.method == "POST" else None
            url = report_url(name, request.args.items(), ending)
            back = report_url(name, _narrowed(request.args))
            label = reader_at(desk).text(definition.label, name)
            page = reason_form(reader_at(desk), label, url, back, typed=typed, error=problem)
            return show(page, desk, status=422 if problem else 200)
    answer = save()
    target, detail = f"{name}.{ending}", reason_detail(reason)
    write_at_desk(lambda desk: note(desk.session, REPORT_EXPORTED, target=target, detail=detail))
    return answer


def _asks_why(desk: Desk, definition: ReportDefinition) -> bool:
    measured = measured_for(desk.reading, definition)
    return asks_reason(desk.model, desk.settings, [each.entity for each in measured])


def _savable(desk: Desk, name: str) -> ReportDefinition:
    definition = _definition(desk, name)
    if not _may_save(desk, definition):
        raise AccessError(Message("not_allowed"))
    return definition


def _file(desk: Desk, name: str) -> ReportFile | RecordFile:
    definition = _savable(desk, name)
    if definition.records is not None:
        where = narrowed_by(desk, definition, request.args.to_dict())
        return RecordFile(ListFace.of(reader_at(desk), desk.all_listed(name, where)))
    return ReportFile(_face(desk, definition))


def _definition(desk: Desk, name: str) -> ReportDefinition:
    found = desk.model.catalog.reports.get(name)
    if found is None:
        raise NotFoundError(Message("not_found"))
    return found


def _may_save(desk: Desk, report: ReportDefinition) -> bool:
    """Tell whether the reader may take away all that the report adds up or lists."""
    may, principal = desk.policy.may, desk.context.principal
    measured = measured_for(desk.reading, report)
    return all(may(principal, each.entity.name, "export") for each in measured)


def _face(desk: Desk, report: ReportDefinition) -> ReportFace:
    where = narrowed_by(desk, report, request.args.to_dict())
    return ReportFace.of(desk, reader_at(desk), desk.report(report.name, where))


def _pager(name: str, listed: RecordList, sent: Mapping[str, str]) -> Pager:
    """Return the ways to the first page and to the next one."""
    pairs = _narrowed(sent)
    return Pager(
        first_url=report_url(name, pairs) if sent.get("after") else "",
        next_url=report_url(name, [*pairs, ("after", listed.next)]) if listed.next else "",
    )


def _narrowed(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what the reader narrowed the report by, for the address of its first page."""
    return [(key, value) for key, value in sent.items() if value and key != "after"]
