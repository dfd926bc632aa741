"""The rows that an import refused, as a file like the one that came, with a reason each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

from cardwright_entities.exchange.cells import Cell, FaultyCell, SheetRow, cell_text
from cardwright_entities.exchange.csv_files import write_csv
from cardwright_entities.exchange.mapping import ImportPlan
from cardwright_entities.exchange.requests import Say
from cardwright_entities.exchange.services import Services
from cardwright_entities.exchange.sheets import SheetColumn, SheetLayout
from cardwright_entities.exchange.sources import Source
from cardwright_entities.files.register import StoredFile, add_file
from cardwright_entities.files.uses import keep_for_job
from cardwright_entities.jobs.outcomes import REJECTED, RowOutcome, read_outcomes
from cardwright_entities.jobs.runs import JobRun, JobStep

_PAGE = 1000
#: Titles of the columns that stand before those of the file.
TITLES = {"zh": ("行号", "原因"), "en": ("Row", "Reason")}
_NAMES = {"zh": "未导入", "en": "rejected"}


def store_rejects(
    services: Services,
    run: JobRun,
    plan: ImportPlan,
    source: Source,
    header: SheetRow,
    file: StoredFile,
) -> Callable[[JobStep], int | None]:
    """Write the file of refused rows; return what notes it in the job's last step."""
    first = next(_pages(run, after=0, limit=1), None)
    if first is None:
        return lambda step: None
    language = run.context.language
    titles = [*TITLES.get(language, TITLES["en"]), *map(cell_text, header.cells)]
    columns = tuple(SheetColumn(title=title) for title in titles)
    layout = SheetLayout(name=_NAMES.get(language, _NAMES["en"]), columns=columns)
    rows = _rows(services, run, plan, source, header, len(columns))
    workbook = bool(source.report.sheets)
    ending = ".xlsx" if workbook else ".csv"
    name = f"{PurePath(file.name).stem}-{layout.name}{ending}"
    with services.blobs.workplace() as folder:
        target = folder / f"rejects{ending}"
        if workbook:
            services.workbooks.write(target, layout, rows)
        else:
            write_csv(target, layout, rows)
        blob = services.blobs.put_file(target, name=name)

    def note(step: JobStep) -> int:
        stored = add_file(step.session, blob, name)
        keep_for_job(step.session, stored, run.job.id, "rejects")
        return stored

    return note


def reason(say: Say, outcome: RowOutcome, plan: ImportPlan, language: str) -> str:
    """Return why a row was refused, a sentence for each value, under the titles of the file."""
    titles = {use.path: use.title for use in plan.columns}
    sentences = []
    for path, messages in outcome.messages.items():
        for message in messages:
            words = say(message, language)
            title = titles.get(path, path)
            sentences.append(f"{title}: {words}" if title else words)
    return "\n".join(sentences)


def _rows(
    services: Services,
    run: JobRun,
    plan: ImportPlan,
    source: Source,
    header: SheetRow,
    width: int,
) -> Iterator[Sequence[Cell]]:
    outcomes = _pages(run, after=0, limit=_PAGE)
    outcome = next(outcomes, None)
    for row in source.rows(after=header.number):
        if outcome is None:
            return
        if row.number == outcome.row:
            said = reason(services.say, outcome, plan, run.context.language)
            cells = [cell.text if isinstance(cell, FaultyCell) else cell for cell in row.cells]
            yield [row.number, said, *cells][:width]
            outcome = next(outcomes, None)


def _pages(run: JobRun, *, after: int, limit: int) -> Iterator[RowOutcome]:
    while True:
        with run.store.read(run.context) as session:
            page = read_outcomes(session, run.job.id, (REJECTED,), after=after, limit=limit)
        if not page:
            return
        yield from page
        after = page[-1].row
