"""The workshop with files going in and out, and a worker that does what is asked at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.csv_files import read_csv
from cardwright_entities.exchange.requests import ExportRequest, ImportRequest
from cardwright_entities.exchange.service import Exchange
from cardwright_entities.exchange.services import Services
from cardwright_entities.exchange.sheets import (
    SheetColumn,
    SheetLayout,
    SheetReading,
    spooled_rows,
)
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import add_file, read_file
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.outcomes import RowOutcome, read_outcomes
from cardwright_entities.jobs.queue import Job, Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.queries.requests import PageRequest
from cardwright_platform.confined.workbooks import ConfinedWorkbooks

Table = Sequence[Sequence[Cell]]


def say(message: Message, language: str) -> str:
    """Words as the platform would find them, good enough to be looked for."""
    return f"{message.code}{dict(message.params) or ''}"


@dataclass
class Trade:
    """An installation, and short ways to bring files in and take them out."""

    installation: Installation
    folder: Path
    context: Context
    now: datetime = NOW
    jobs: Jobs = field(default_factory=Jobs)

    def __post_init__(self) -> None:
        self.engine = self.installation.engine
        self.store = self.installation.store
        self.blobs = Blobs(self.folder / "files")
        self.workbooks = ConfinedWorkbooks(folder=self.folder)
        services = Services(
            desk=self.engine.desk,
            blobs=self.blobs,
            workbooks=self.workbooks,
            jobs=self.jobs,
            say=say,
        )
        self.exchange = Exchange(services)

    def runner(self) -> JobRunner:
        kinds = JobKinds(self.exchange.kinds())
        return JobRunner(Worker(self.store, kinds, lambda _: self.context, lambda: self.now))

    def work(self) -> None:
        """Let a worker run what is due, as if all pauses were over."""
        runner = self.runner()
        while runner.run_next():
            self.now += timedelta(hours=1)

    # -- in ------------------------------------------------------------------------------------

    def upload(self, content: bytes, name: str) -> int:
        blob = self.blobs.put(io.BytesIO(content), limit=50_000_000, name=name)
        with self.store.write(self.context) as session:
            return add_file(session, blob, name)

    def csv(self, text: str, name: str = "rows.csv", encoding: str = "utf-8") -> int:
        return self.upload(text.encode(encoding), name)

    def table(self, rows: Table, name: str = "rows.csv") -> int:
        target = io.StringIO()
        csv.writer(target).writerows(["" if cell is None else cell for cell in row] for row in rows)
        return self.csv(target.getvalue(), name)

    def workbook(self, rows: Table, name: str = "rows.xlsx") -> int:
        target = self.folder / "made.xlsx"
        columns = tuple(SheetColumn(title=str(title)) for title in rows[0])
        self.workbooks.write(target, SheetLayout(name="Sheet", columns=columns), rows[1:])
        return self.upload(target.read_bytes(), name)

    def ask(self, file: int, entity: str, **options: Any) -> int:
        request = ImportRequest(file=file, entity=entity, **options)
        with self.engine.write(self.context) as desk:
            return self.exchange.start_import(desk, request)

    def bring(self, file: int, entity: str, **options: Any) -> dict[str, Any]:
        """Import a file and return the job's result."""
        job = self.read(self.bring_job(file, entity, **options))
        assert job.state == "done", job.error
        assert job.result is not None
        return dict(job.result)

    def bring_job(self, file: int, entity: str, **options: Any) -> int:
        job = self.ask(file, entity, **options)
        self.work()
        return job

    def outcomes(self, job: int) -> list[RowOutcome]:
        with self.store.read(self.context) as session:
            return read_outcomes(session, job)

    def codes(self, job: int) -> dict[int, dict[str, list[str]]]:
        """What was said of rows: row → path → codes."""
        return {
            each.row: {path: [m.code for m in said] for path, said in each.messages.items()}
            for each in self.outcomes(job)
        }

    # -- out -----------------------------------------------------------------------------------

    def take(self, entity: str, **options: Any) -> list[list[Cell]]:
        """Export records and return the rows of the file, titles first."""
        request = ExportRequest(entity=entity, **options)
        with self.engine.write(self.context) as desk:
            job = self.exchange.start_export(desk, request)
        self.work()
        ended = self.read(job)
        assert ended.state == "done", ended.error
        assert ended.result is not None
        return self.rows_of(int(ended.result["file"]))

    def rows_of(self, file: int) -> list[list[Cell]]:
        with self.store.read(self.context) as session:
            stored = read_file(session, file)
        path = self.blobs.path(stored.sha256)
        with self.blobs.workplace() as folder, (folder / "spool").open("w+b") as spool:
            if stored.name.endswith(".csv"):
                read_csv(path, spool, SheetReading())
            else:
                self.workbooks.read(path, spool, SheetReading())
            return [list(row.cells) for row in spooled_rows(spool)]

    def content(self, file: int) -> bytes:
        with self.store.read(self.context) as session:
            return self.blobs.path(read_file(session, file).sha256).read_bytes()

    # -- what is there -------------------------------------------------------------------------

    def read(self, job: int) -> Job:
        with self.store.read(self.context) as session:
            return self.jobs.read(session, job)

    def records(self, entity: str, *columns: str) -> list[tuple[object, ...]]:
        """The records of an entity in the order of their ids."""
        request = PageRequest(entity=entity, columns=columns, limit=200, count="none")
        found: list[tuple[int, tuple[object, ...]]] = []
        with self.engine.read(self.installation.system()) as desk:
            after: str | None = ""
            while after is not None:
                page = desk.page(
                    PageRequest(
                        entity=request.entity,
                        columns=columns,
                        limit=200,
                        count="none",
                        after=after,
                    )
                )
                found += [
                    (row.id, tuple(row.values.get(name) for name in columns)) for row in page.rows
                ]
                after = page.next
        return [values for _, values in sorted(found, key=lambda each: each[0])]

    def create(self, entity: str, **values: object) -> int:
        with self.engine.write(self.installation.system()) as desk:
            return desk.records.create(entity, values).id


def open_trade(url: str, folder: Path) -> Trade:
    """Return the workshop on an empty database, its chief importing."""
    installation = build_installation(url, PACKS / "workshop")
    return Trade(installation, folder, installation.acting("chief"))


@pytest.fixture
def trade(store_url: str, tmp_path: Path) -> Iterator[Trade]:
    """The workshop on both engines."""
    opened = open_trade(store_url, tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def quick_trade(sqlite_url: str, tmp_path: Path) -> Iterator[Trade]:
    """The workshop on SQLite only, for what the engine has no part in."""
    opened = open_trade(sqlite_url, tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def bids(store_url: str, tmp_path: Path) -> Iterator[Trade]:
    """An installation whose records go through stages."""
    installation = build_installation(store_url, PACKS / "pipeline")
    folder = tmp_path / "bids"
    folder.mkdir()
    yield Trade(installation, folder, installation.acting("boss"))
    installation.store.close()


@pytest.fixture
def doubles(store_url: str, tmp_path: Path) -> Iterator[Trade]:
    """An installation whose entities say which records look the same."""
    installation = build_installation(store_url, PACKS / "doubles")
    yield Trade(installation, tmp_path, installation.acting("keeper"))
    installation.store.close()
