"""Files in and out: what pages, API and command line call; the work itself is done by jobs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cardwright_entities.errors import InputError, Message
from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.exporting import Export, default_paths
from cardwright_entities.exchange.fields import ExchangeField, importable_fields
from cardwright_entities.exchange.importing import Import
from cardwright_entities.exchange.mapping import HEADER_ROWS, ImportPlan, find_header, plan_import
from cardwright_entities.exchange.reasons import asks_reason, checked_reason
from cardwright_entities.exchange.record_cells import RecordCells, export_columns
from cardwright_entities.exchange.requests import (
    CREATE,
    EXPORT,
    IMPORT,
    UPDATE,
    UPSERT,
    Desk,
    ExportRequest,
    ImportRequest,
)
from cardwright_entities.exchange.services import Services, require
from cardwright_entities.exchange.sheets import SheetReading, SheetReport
from cardwright_entities.exchange.sources import open_source
from cardwright_entities.files.rights import readable_file
from cardwright_entities.files.uses import keep_for_job
from cardwright_entities.jobs.kinds import JobKind
from cardwright_entities.jobs.runs import JobRun

_SAMPLE = 20


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an import would make of a file: titles, first rows, the use of each column."""

    report: SheetReport
    titles: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plan: ImportPlan | None  #: None when no column is known yet; ``problem`` says so
    problem: InputError | None
    fields: tuple[ExchangeField, ...]  #: what a column may be used for


class Exchange:
    """Imports and exports of one installation."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def kinds(self) -> tuple[JobKind, ...]:
        """Return the kinds of jobs that do the work."""
        return (
            JobKind(name=IMPORT, run=self._import, at_once=2),
            JobKind(name=EXPORT, run=self._export, at_once=2),
        )

    def preview(self, desk: Desk, request: ImportRequest) -> Preview:
        """Look at the first rows of a file; raise SheetError for one that cannot be read."""
        entity = require(desk, request.entity, "import")
        file = readable_file(desk.session, desk.reading, request.file)
        reading = SheetReading(
            sheet=request.sheet,
            encoding=request.encoding,
            delimiter=request.delimiter,
            first=HEADER_ROWS + _SAMPLE,
        )
        services = self.services
        with open_source(services.blobs, services.workbooks, file, reading) as source:
            rows = source.first(HEADER_ROWS + _SAMPLE)
            report = source.report
        place = find_header(desk, request, [row.cells for row in rows])
        titles = rows[place].cells
        plan: ImportPlan | None = None
        problem: InputError | None = None
        try:
            plan = plan_import(desk, request, titles, report.delimiter)
        except InputError as error:
            problem = error
        return Preview(
            report=report,
            titles=titles,
            rows=tuple(row.cells for row in rows[place + 1 :]),
            plan=plan,
            problem=problem,
            fields=importable_fields(desk, entity),
        )

    def start_import(self, desk: Desk, request: ImportRequest) -> int:
        """Ask for an import at a writing desk; return the job's id."""
        require(desk, request.entity, "import")
        readable_file(desk.session, desk.reading, request.file)
        if request.mode not in ("", CREATE, UPDATE, UPSERT) or request.blanks not in (
            "keep",
            "clear",
        ):
            raise InputError({"mode": [Message("not_a_choice")]})
        job = self.services.jobs.enqueue(desk.session, IMPORT, request.to_arguments())
        keep_for_job(desk.session, request.file, job, "source")
        return job

    def start_export(self, desk: Desk, request: ExportRequest) -> int:
        """Ask for an export at a writing desk; return the job's id.

        Raise InputError where a reason is wanted and none is given.
        """
        entity = require(desk, request.entity, "export")
        required = asks_reason(desk.model, desk.settings, [entity])
        request = replace(request, reason=checked_reason(request.reason, required=required))
        if request.format not in ("xlsx", "csv"):
            raise InputError({"format": [Message("not_a_choice")]})
        paths = request.columns or default_paths(desk, request.entity)
        cells = RecordCells(request, export_columns(desk, entity, paths))
        # What cannot be asked is said now, not by the job.
        cells.require_askable(desk, entity)
        return self.services.jobs.enqueue(desk.session, EXPORT, request.to_arguments())

    def _import(self, run: JobRun) -> None:
        Import(self.services, run).work()

    def _export(self, run: JobRun) -> None:
        Export(self.services, run).work()
