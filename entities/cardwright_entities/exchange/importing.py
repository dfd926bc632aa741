"""The import as a job: batch after batch from a cursor, so that it can stop and go on anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from cardwright_entities.audit.kinds import IMPORTED
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import Message
from cardwright_entities.exchange.batches import Batch, BatchResult
from cardwright_entities.exchange.cells import SheetRow
from cardwright_entities.exchange.cursors import LINKS, ROWS, ImportCursor
from cardwright_entities.exchange.documents import Document, Grouping
from cardwright_entities.exchange.file_keys import FileKeys
from cardwright_entities.exchange.finding import Key, LinkFinder
from cardwright_entities.exchange.mapping import (
    HEADER_ROWS,
    ImportPlan,
    find_header,
    plan_import,
)
from cardwright_entities.exchange.rejects import store_rejects
from cardwright_entities.exchange.requests import ImportRequest
from cardwright_entities.exchange.row_values import RowReader
from cardwright_entities.exchange.second_pass import set_later_links
from cardwright_entities.exchange.services import Services, require
from cardwright_entities.exchange.sheets import SheetReading
from cardwright_entities.exchange.sources import Source, open_source
from cardwright_entities.files.register import StoredFile, read_file
from cardwright_entities.jobs.outcomes import LATER, forget_outcomes, write_outcomes
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.records.gate import SaveOptions
from cardwright_entities.records.history import open_change_set
from cardwright_entities.store.sessions import Session

Group = list[SheetRow]


class _DryRunOver(Exception):  # noqa: N818 - it carries the answer out of a transaction
    def __init__(self, result: BatchResult) -> None:
        self.result = result
        super().__init__()


@dataclass(frozen=True)
class _File:
    """The file of one import, opened, with its titles and what is done with its columns."""

    stored: StoredFile
    source: Source
    header: SheetRow
    plan: ImportPlan
    keys: FileKeys
    total: int


@dataclass
class Import:
    """One run of an import job."""

    services: Services
    run: JobRun
    finder: LinkFinder = field(default_factory=LinkFinder)
    stored: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read what is asked."""
        self.request = ImportRequest.from_arguments(self.run.job.arguments)

    @property
    def cursor(self) -> ImportCursor:
        """How far the import is, as it was committed."""
        return ImportCursor.read(self.run.progress.cursor)

    def work(self) -> None:
        """Import the rest of the file."""
        with self.run.store.read(self.run.context) as session:
            stored = read_file(session, self.request.file)
        reading = SheetReading(
            sheet=self.request.sheet,
            encoding=self.request.encoding,
            delimiter=self.request.delimiter,
        )
        services = self.services
        with open_source(services.blobs, services.workbooks, stored, reading) as source:
            file = self._prepare(stored, source)
            if self.request.dry_run and self.cursor.row:
                # What a dry run stored lived in its transactions only: it begins anew.
                self.run.write(self._forget)
            if self.cursor.phase == ROWS:
                self._first_pass(file)
            if not self.request.dry_run:
                self._second_pass(file.plan)
            rejects = store_rejects(services, self.run, file.plan, source, file.header, stored)
        self.run.write(lambda step: self._complete(step, file.plan, rejects(step)))

    def _prepare(self, stored: StoredFile, source: Source) -> _File:
        first = source.first(HEADER_ROWS)
        context = self.run.context
        with self.run.store.read(context) as session:
            desk = self.services.desk(session, context)
            require(desk, self.request.entity, "import")
            place = find_header(desk, self.request, [row.cells for row in first])
            header = first[place]
            plan = plan_import(desk, self.request, header.cells, source.report.delimiter)
            model = desk.model
        keys = FileKeys(model, plan, source, header.number, context)
        return _File(stored, source, header, plan, keys, source.report.rows - place - 1)

    # -- first pass ------------------------------------------------------------------------------

    def _first_pass(self, file: _File) -> None:
        grouping = Grouping(file.plan)
        start = max(file.header.number, self.cursor.row)
        seen = self._seen(grouping, file, start)
        for batch in grouping.batches(file.source.rows(after=start)):
            apart = _apart(grouping, batch, seen)
            if self.request.dry_run:
                self._try_batch(file, batch, apart)
            else:
                self._store_batch(file, batch, apart)

    def _seen(self, grouping: Grouping, file: _File, start: int) -> set[tuple[str, ...]]:
        """Return the keys of documents with lines that stood above the cursor."""
        if not grouping.has_lines:
            return set()
        above = (row for row in file.source.rows(after=file.header.number) if row.number <= start)
        return {grouping.key(group[0]) for batch in grouping.batches(above) for group in batch}

    def _store_batch(self, file: _File, batch: list[Group], apart: set[int]) -> None:
        def action(step: JobStep) -> None:
            cursor = self.cursor
            if cursor.change_set is None:
                made = open_change_set(step.session, self.run.context, "import", file.stored.name)
                cursor = replace(cursor, change_set=made)
            result = self._run_batch(step.session, file, batch, apart, cursor.change_set)
            self._advance(step, file, cursor.after(result, batch[-1][-1].number), result)

        self.run.write(action)

    def _try_batch(self, file: _File, batch: list[Group], apart: set[int]) -> None:
        """Do a batch in a transaction that is thrown away, and keep what it told."""
        stored = set(self.stored)

        def attempt(session: Session) -> None:
            self.stored = set(stored)
            change_set = open_change_set(session, self.run.context, "import", file.stored.name)
            raise _DryRunOver(self._run_batch(session, file, batch, apart, change_set))

        try:
            self.run.store.run_write(self.run.context, attempt)
        except _DryRunOver as over:
            result = over.result
            row = batch[-1][-1].number
            self.run.write(
                lambda step: self._advance(step, file, self.cursor.after(result, row), result)
            )

    def _run_batch(
        self,
        session: Session,
        file: _File,
        batch: list[Group],
        apart: set[int],
        change_set: int | None,
    ) -> BatchResult:
        context = self.run.context
        desk = self.services.desk(session, context)
        require(desk, file.plan.entity, "import")
        reader = RowReader(desk, file.plan, self.finder, file.keys.holds)
        values = iter(reader.read(list(chain.from_iterable(batch))))
        documents = []
        for group in batch:
            document = Document.of([next(values) for _ in group])
            if group[0].number in apart:
                document.rows[0].refuse("", Message("document_not_together"))
            documents.append(document)
        return Batch(
            desk,
            file.plan,
            SaveOptions(kind="import", change_set=change_set),
            fresh=lambda: self.services.desk(session, context).records,
            stored=self.stored if self.request.dry_run else None,
        ).run(documents)

    def _advance(
        self, step: JobStep, file: _File, cursor: ImportCursor, result: BatchResult
    ) -> None:
        outcomes = result.outcomes
        if self.request.dry_run:
            # The records are gone again, and the second pass will not be.
            outcomes = [replace(each, record=None) for each in outcomes if each.outcome != LATER]
        write_outcomes(step.session, self.run.job.id, outcomes)
        step.advance(
            done=cursor.done,
            total=file.total,
            cursor=cursor.written(),
            again=self.request.dry_run,
        )

    def _forget(self, step: JobStep) -> None:
        forget_outcomes(step.session, self.run.job.id)
        step.advance(done=0, cursor={}, again=True)

    # -- second pass and end ---------------------------------------------------------------------

    def _second_pass(self, plan: ImportPlan) -> None:
        last = -1
        while last:
            last = self.run.write(lambda step: self._later_links(step, plan))

    def _later_links(self, step: JobStep, plan: ImportPlan) -> int:
        cursor = self.cursor
        after = cursor.row if cursor.phase == LINKS else 0
        desk = self.services.desk(step.session, self.run.context)
        last, warned = set_later_links(
            desk, desk.records, plan, self.run.job.id, cursor.change_set, after
        )
        if last:
            step.advance(cursor=cursor.after_links(warned, last).written())
        return last

    def _complete(self, step: JobStep, plan: ImportPlan, rejects: int | None) -> None:
        """End the job; the log tells of an import that was no dry run."""
        result = self._result(plan, rejects)
        if not self.request.dry_run:
            entity = self.services.desk(step.session, self.run.context).model.entity(
                self.request.entity
            )
            note(
                step.session,
                IMPORTED,
                entity=entity.key,
                records=self.cursor.imported,
                detail={"rows": self.cursor.done, "rejected": self.cursor.rejected},
            )
        step.complete(result)

    def _result(self, plan: ImportPlan, rejects: int | None) -> dict[str, object]:
        cursor = self.cursor
        return {
            "rows": cursor.done,
            "imported": cursor.imported,
            "rejected": cursor.rejected,
            "created": cursor.created,
            "updated": cursor.updated,
            "warned": cursor.warned,
            "change_set": cursor.change_set,
            "dry_run": self.request.dry_run,
            "unknown_columns": list(plan.unknown),
            "rejects": rejects,
        }


def _apart(grouping: Grouping, batch: Sequence[Group], seen: set[tuple[str, ...]]) -> set[int]:
    """Return the first rows of documents of which other rows stood further up."""
    apart: set[int] = set()
    for group in batch if grouping.has_lines else ():
        key = grouping.key(group[0])
        if any(key) and key in seen:
            apart.add(group[0].number)
        seen.add(key)
    return apart
