"""What a sheet holds that nobody has described yet: its columns with their cells.

Only the first table of a sheet is looked at: it ends before an empty row behind which another head
stands. A head of two rows, as merged cells give one, is read as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cardwright_entities.exchange.cells import Cell, SheetRow, cell_text, is_blank
from cardwright_entities.exchange.services import Services
from cardwright_entities.exchange.sheets import SheetReading, SheetReport
from cardwright_entities.exchange.sources import open_source
from cardwright_entities.files.register import StoredFile

#: Rows that are looked at.
LOOKED_AT = 1_000
#: Rows among which the head is looked for.
_HEAD = 10
#: Of the widest row so much must be filled in a head.
_FILLED = 0.6


@dataclass(frozen=True, kw_only=True)
class SurveyedColumn:
    """A column: its title and the cells below it that are not blank."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What was found on a sheet; ``more`` tells that other tables stand behind the first."""

    report: SheetReport
    columns: tuple[SurveyedColumn, ...]
    rows: int = 0
    more: bool = False


def survey_sheet(services: Services, file: StoredFile, sheet: str = "") -> Survey:
    """Look at the first rows of a sheet; raise SheetError for a file that cannot be read."""
    reading = SheetReading(sheet=sheet, first=LOOKED_AT)
    with open_source(services.blobs, services.workbooks, file, reading) as source:
        return survey_rows(source.report, source.first(LOOKED_AT))


def survey_rows(report: SheetReport, rows: Sequence[SheetRow]) -> Survey:
    """Return the columns of the first table among some rows."""
    if not rows:
        return Survey(report=report, columns=())
    place = _head_of(rows)
    titles = _titles(rows[place].cells)
    body = place + 1
    if body < len(rows) and _goes_on(rows[place].cells, rows[body].cells):
        titles = _joined(titles, rows[body].cells)
        body += 1
    end = _end_of(rows, body)
    columns = [
        SurveyedColumn(title=title, cells=_cells(rows[body:end], at))
        for at, title in enumerate(titles)
        if title
    ]
    return Survey(report=report, columns=tuple(columns), rows=end - body, more=end < len(rows))


def _head_of(rows: Sequence[SheetRow]) -> int:
    """Return the place of the first row of texts that is about as wide as the widest."""
    widest = max(_filled(row.cells) for row in rows[:_HEAD])
    for place, row in enumerate(rows[:_HEAD]):
        if _filled(row.cells) >= _FILLED * widest and _is_head(row.cells):
            return place
    return 0


def _is_head(cells: Sequence[Cell]) -> bool:
    """Tell whether a row holds nothing but texts, each of them once."""
    texts = [cell for cell in cells if not is_blank(cell)]
    return all(isinstance(each, str) for each in texts) and len(set(texts)) == len(texts)


def _goes_on(first: Sequence[Cell], second: Sequence[Cell]) -> bool:
    """Tell whether a head has a second row: titles below merged cells, and nothing beside them."""
    gaps = [at for at in range(len(second)) if at >= len(first) or is_blank(first[at])]
    below = [at for at, cell in enumerate(second) if not is_blank(cell)]
    is_text = all(isinstance(second[at], str) for at in below)
    return bool(gaps) and is_text and len(set(gaps) & set(below)) * 2 >= len(below) > 0


def _titles(cells: Sequence[Cell]) -> list[str]:
    return [" ".join(cell_text(cell).split()) for cell in cells]


def _joined(above: Sequence[str], cells: Sequence[Cell]) -> list[str]:
    """Return the titles of a head of two rows: what is merged stands before what is below it."""
    below = _titles(cells)
    joined: list[str] = []
    merged = ""
    for at in range(max(len(above), len(below))):
        upper = above[at] if at < len(above) else ""
        lower = below[at] if at < len(below) else ""
        merged = upper or merged
        joined.append(f"{merged} {lower}".strip() if lower else upper)
    return joined


def _end_of(rows: Sequence[SheetRow], body: int) -> int:
    """Return where the first table ends: before an empty row with another head behind it."""
    for place in range(body + 1, len(rows)):
        gap = rows[place].number - rows[place - 1].number > 1
        if gap and _filled(rows[place].cells) > 1 and _is_head(rows[place].cells):
            return place
    return len(rows)


def _filled(cells: Sequence[Cell]) -> int:
    return sum(not is_blank(cell) for cell in cells)


def _cells(rows: Sequence[SheetRow], at: int) -> tuple[Cell, ...]:
    found = (row.cells[at] for row in rows if at < len(row.cells))
    return tuple(cell for cell in found if not is_blank(cell))
