"""The HTML of a print as rows of cells: its tables as they are, all other text a row each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

from cardwright_platform.confined.boundaries import Refusal

#: What is seen on paper only, or not at all.
_SKIPPED = frozenset({"head", "style", "script", "svg", "template"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    "p", "div", "li", "dt", "dd", "section", "header", "footer", "address", "caption", "br", "hr",
}  # fmt: skip
_MOST_CELLS = 100_000
_MOST_COLUMNS = 200
_MOST_ROWS = 1_000


@dataclass
class PrintedCell:
    """One cell: its text, and the number that it shows if it shows nothing else."""

    text: str = ""
    shown: str = ""  #: what of the text is the number
    number: Decimal | None = None
    bold: bool = False
    right: bool = False
    columns: int = 1
    rows: int = 1
    alone: bool = False  #: text outside of tables

    @property
    def is_number(self) -> bool:
        """Tell whether nothing but a number stands here."""
        return self.number is not None and self.text.strip() == self.shown.strip()


def rows_of(document: str) -> list[list[PrintedCell]]:
    """Return the rows of a document; raise Refusal for more than a sheet should hold."""
    reader = _Reader()
    reader.feed(document)
    reader.close()
    reader.finish()
    return reader.rows


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[PrintedCell]] = []
        self._cells = 0
        self._tables = 0
        self._skipped: list[str] = []
        self._cell: PrintedCell | None = None
        self._in_number = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped or tag in _SKIPPED:
            if tag in _SKIPPED:
                self._skipped.append(tag)
            return
        said = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._open_table()
        elif self._tables == 1 and tag == "tr":
            self.finish()
            self.rows.append([])
        elif self._tables == 1 and tag in ("td", "th"):
            self._open_cell(tag, said)
        elif tag == "data":
            self._open_number(said.get("value", ""))
        elif tag in _BLOCKS:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif tag == "table" and self._tables:
            self._close_table()
        elif tag == "data":
            self._in_number = False
        elif (tag in _BLOCKS and not self._tables) or (tag in ("td", "th") and self._tables == 1):
            self.finish()

    def handle_data(self, data: str) -> None:
        if self._skipped or not (data.strip() or self._cell is not None):
            return
        if self._cell is None:
            if self._tables:
                return  # between the cells of a table stands nothing
            self._cell = PrintedCell(alone=True)
            self._add([self._cell])
        self._cell.text += data
        if self._in_number:
            self._cell.shown += data

    def finish(self) -> None:
        """End the cell or line that is being read."""
        if self._cell is not None:
            lines = (" ".join(line.split()) for line in self._cell.text.split("\r"))
            self._cell.text = "\n".join(lines).strip()
            self._cell.shown = " ".join(self._cell.shown.split())
        self._cell = None
        self._in_number = False

    def _open_table(self) -> None:
        self._tables += 1
        if self._tables == 1:
            self.finish()
            if self.rows:
                self.rows.append([])

    def _close_table(self) -> None:
        self._tables -= 1
        if not self._tables:
            self.finish()
            self.rows.append([])

    def _open_cell(self, tag: str, said: dict[str, str]) -> None:
        self.finish()
        if not self.rows:
            self.rows.append([])
        self._cell = PrintedCell(
            bold=tag == "th",
            right="number" in said.get("class", "").split(),
            columns=_span(said.get("colspan", ""), _MOST_COLUMNS),
            rows=_span(said.get("rowspan", ""), _MOST_ROWS),
        )
        self._count(self._cell.columns)
        self.rows[-1].append(self._cell)

    def _open_number(self, value: str) -> None:
        if self._cell is None and not self._tables:
            self._cell = PrintedCell(alone=True)
            self._add([self._cell])
        if self._cell is None or self._cell.shown:
            return
        try:
            self._cell.number = Decimal(value)
        except InvalidOperation:
            return
        self._in_number = True

    def _break(self, tag: str) -> None:
        if self._tables:
            if self._cell is not None and self._cell.text.strip():
                self._cell.text += "\r"
            return
        self.finish()
        if tag in _HEADINGS:
            self._cell = PrintedCell(bold=True, alone=True)
            self._add([self._cell])

    def _add(self, row: list[PrintedCell]) -> None:
        self._count(len(row))
        self.rows.append(row)

    def _count(self, cells: int) -> None:
        self._cells += cells
        if self._cells > _MOST_CELLS:
            raise Refusal("print_too_large")


def _span(written: str, most: int) -> int:
    return min(max(int(written), 1), most) if written.isascii() and written.isdigit() else 1
