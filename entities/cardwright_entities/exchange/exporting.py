"""The export as a job: pages of records into one file that no spreadsheet can run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cardwright_entities.audit.kinds import EXPORTED
from cardwright_entities.audit.noting import note
from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.csv_files import write_csv
from cardwright_entities.exchange.reasons import reason_detail
from cardwright_entities.exchange.record_cells import ExportColumn, RecordCells, export_columns
from cardwright_entities.exchange.requests import Desk, ExportRequest
from cardwright_entities.exchange.services import Services, require
from cardwright_entities.exchange.sheets import SheetColumn, SheetLayout
from cardwright_entities.exchange.titles import column_titles
from cardwright_entities.files.register import add_file
from cardwright_entities.files.uses import keep_for_job
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.queries.pages import read_count

_WIDEST = 60


@dataclass
class Export:
    """One run of an export job; a try that failed leaves nothing, the next begins anew."""

    services: Services
    run: JobRun

    def __post_init__(self) -> None:
        """Read what is asked."""
        self.request = ExportRequest.from_arguments(self.run.job.arguments)

    def work(self) -> None:
        """Write the file and keep it with the job."""
        context = self.run.context
        with self.run.store.read(context) as session:
            desk = self.services.desk(session, context)
            entity = require(desk, self.request.entity, "export")
            cells = RecordCells(self.request, export_columns(desk, entity, self._paths(desk)))
            total = read_count(session, desk.reading, cells.count_request(desk)).value
            layout = export_layout(desk, self.request.entity, cells.columns)
        name = f"{layout.name}-{context.now.astimezone(context.zone):%Y%m%d-%H%M}"
        name = f"{name}.{self.request.format}"
        with self.services.blobs.workplace() as folder:
            target = folder / f"export.{self.request.format}"
            rows, notes = self._write(target, layout, self._rows(cells, total))
            blob = self.services.blobs.put_file(target, name=name)

        def keep(step: JobStep) -> None:
            file = add_file(step.session, blob, name)
            keep_for_job(step.session, file, self.run.job.id, "result")
            key, detail = entity.key, reason_detail(self.request.reason)
            note(step.session, EXPORTED, entity=key, records=total, target=name, detail=detail)
            step.complete({"file": file, "rows": rows, "notes": notes, "records": total})

        self.run.write(keep)

    def _paths(self, desk: Desk) -> tuple[str, ...]:
        paths = self.request.columns or default_paths(desk, self.request.entity)
        return ("id", "version", *paths) if self.request.with_ids else paths

    def _write(
        self, target: Path, layout: SheetLayout, rows: Iterator[list[Cell]]
    ) -> tuple[int, int]:
        if self.request.format == "csv":
            return write_csv(target, layout, rows), 0
        done = self.services.workbooks.write(target, layout, rows)
        return done["rows"], done["notes"]

    def _rows(self, cells: RecordCells, total: int) -> Iterator[list[Cell]]:
        after: str | None = ""
        done = 0
        while after is not None:
            self.run.check()
            context = self.run.context
            with self.run.store.read(context) as session:
                desk = self.services.desk(session, context)
                require(desk, self.request.entity, "export")
                rows, records, after = cells.page(desk, after)
            yield from rows
            done += records
            self._tell(done, total)

    def _tell(self, done: int, total: int) -> None:
        if done < total:
            self.run.write(lambda step: step.advance(done=done, total=total))


def default_paths(desk: Desk, entity_name: str) -> tuple[str, ...]:
    """Return what is exported when nobody says: the list's columns that the reader has."""
    entity = desk.model.entity(entity_name)
    shown = desk.reading.shown(entity)
    listed = [each.path for each in entity.definition.list.columns]
    own = [each.name for each in entity.fields.values() if not each.definition.system]
    paths = [
        path
        for path in listed or own
        if path.partition(".")[0] in shown
        and entity.fields[path.partition(".")[0]].type.relation != "lines"
    ]
    return tuple(paths)


def export_layout(desk: Desk, entity_name: str, columns: tuple[ExportColumn, ...]) -> SheetLayout:
    """Return the sheet of an export: titles in the reader's language, formats of the fields."""
    entity = desk.model.entity(entity_name)
    language = desk.context.language
    titles = column_titles(desk, entity, [each.path for each in columns], language)
    return SheetLayout(
        name=entity.definition.label.in_language(language, name=entity.name),
        columns=tuple(
            SheetColumn(
                title=title,
                format=each.found.type.excel_format,
                width=min(_WIDEST, max(12, 2 * len(title) + 2)),
            )
            for title, each in zip(titles, columns, strict=True)
        ),
    )
