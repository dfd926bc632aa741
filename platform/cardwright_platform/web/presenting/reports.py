"""A report → its page: titles, numbers, totals, and the lists behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.numbers import number_of, round_to
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.periods import shown_period
from cardwright_entities.model.measuring import field_grain
from cardwright_entities.reports.drilling import condition_behind
from cardwright_entities.reports.naming import name_of_axis, name_of_figure
from cardwright_entities.reports.seeing import Measured, measured_for
from cardwright_entities.reports.tables import Axis, Figure, Key, ReportTable, Values
from cardwright_platform.views.reports import HeadCell, NumberCell, NumberRow, NumberTable
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import list_url

#: Cells that lead to lists at most: a page of addresses would be larger than its numbers.
MOST_LINKS = 2_000


@dataclass(frozen=True)
class ReportFace:
    """One report for one reader: everything in words."""

    reader: Reader
    table: ReportTable
    behind: Mapping[str, Measured]  #: what opens a list, by the name of the number

    @classmethod
    def of(cls, desk: Desk, reader: Reader, table: ReportTable) -> ReportFace:
        """Put a report before a reader."""
        size = (len(table.rows) + 1) * (len(table.columns) + 1) * len(table.figures)
        drills = table.definition.drill and size <= MOST_LINKS
        measured = measured_for(desk.reading, table.definition) if drills else ()
        # What is added up over several entities of a trait has no one list behind it.
        lists = Counter(each.figure.name for each in measured)
        behind = {each.figure.name: each for each in measured if lists[each.figure.name] == 1}
        return cls(reader.knowing(table.titles), table, behind)

    # -- words ---------------------------------------------------------------------------------

    def figure_label(self, figure: Figure) -> str:
        """Return what a number is called."""
        return self.reader.text(name_of_figure(self.reader.model, figure), figure.name)

    def axis_label(self, axis: Axis) -> str:
        """Return what a dimension is called."""
        if axis.is_kind and not axis.definition.label:
            return self.reader.t("report.kind")
        return self.reader.text(name_of_axis(axis, self.table.figures), axis.definition.path)

    def key_label(self, axes: Sequence[Axis], key: Key) -> str:
        """Return the values of a row or column as one title."""
        return " · ".join(
            self.value_label(axis, each) for axis, each in zip(axes, key, strict=True)
        )

    def value_label(self, axis: Axis, value: object) -> str:
        """Return a value of a dimension in words."""
        locale = self.reader.locale
        if value is None:
            return self.reader.t("report.none")
        if isinstance(value, RecordRef):
            return locale.title(value.entity, value.id) or f"#{value.id}"
        if isinstance(value, date):
            grain = axis.grain or field_grain(axis.field)
            return value.isoformat() if grain == "day" else shown_period(value, grain, locale)
        if axis.is_kind:
            return self.reader.entity_label(self.reader.model.entity(str(value)))
        if axis.field is not None:
            return axis.field.type.display(value, axis.field.definition, locale)
        return str(value)

    def number(self, figure: Figure, value: object) -> str:
        """Write a number as its measure says."""
        number = number_of(value)
        if number is None:
            if value is None or figure.field is None:
                return ""
            return figure.field.type.display(value, figure.field.definition, self.reader.locale)
        kind = kind_of(figure)
        if kind == "percent":
            return self.reader.locale.percent(round_to(number, 3))
        if kind == "money":
            return self.reader.locale.number(round_to(number, 2), 2)
        return self.reader.locale.number(round_to(number, 2), grouped=kind != "plain")

    # -- table ---------------------------------------------------------------------------------

    def number_table(self) -> NumberTable:
        """Return the table: numbers beside each other, or below each other where no rows are."""
        if self.table.row_axes:
            return self._by_rows()
        return self._by_figures()

    def _by_rows(self) -> NumberTable:
        table = self.table
        spans = _spans(table.rows)
        rows = tuple(
            NumberRow(
                heads=tuple(
                    HeadCell(text=self.value_label(axis, row[place]), rows=spans[index, place])
                    for place, axis in enumerate(table.row_axes)
                    if (index, place) in spans
                ),
                cells=self._cells(row),
            )
            for index, row in enumerate(table.rows)
        )
        return NumberTable(
            caption=self.reader.text(table.definition.label, table.definition.name),
            heads=self._heads(),
            rows=rows,
            foot=self._cells(None) if len(table.rows) > 1 else (),
            foot_label=self.reader.t("report.total"),
            foot_span=len(table.row_axes),
        )

    def _heads(self) -> tuple[tuple[HeadCell, ...], ...]:
        table, figures = self.table, self.table.figures
        several = len(figures) > 1 or not table.columns
        levels = 2 if table.column_axes and several else 1
        titles = tuple(HeadCell(text=self.axis_label(each), rows=levels) for each in table.row_axes)
        names = tuple(
            HeadCell(text=self.figure_label(each), number=True, first=not index)
            for index, each in enumerate(figures)
        )
        if not table.column_axes:
            return ((*titles, *names),)
        over = tuple(
            HeadCell(text=text, columns=len(figures), number=True, first=True)
            for text in self._column_titles()
        )
        if not several:
            return ((*titles, *over),)
        return ((*titles, *over), names * len(over))

    def _column_titles(self) -> list[str]:
        table = self.table
        titles = [self.key_label(table.column_axes, each) for each in table.columns]
        return [*titles, self.reader.t("report.total")] if table.column_axes else titles

    def _cells(self, row: Key | None) -> tuple[NumberCell, ...]:
        """Return the numbers of a row, or of the foot; with columns its total at the end."""
        table = self.table
        cells: list[NumberCell] = []
        if table.column_axes:
            for column in table.columns:
                values = table.column_totals[column] if row is None else table.cells[row, column]
                cells += self._values(values, row, column, bold=row is None)
        whole = table.totals if row is None else table.row_totals[row]
        return (*cells, *self._values(whole, row, None, bold=row is None or bool(cells)))

    def _values(
        self, values: Values, row: Key | None, column: Key | None, *, bold: bool
    ) -> list[NumberCell]:
        return [
            self._cell(each, values[each.name], row, column, bold=bold, first=not index)
            for index, each in enumerate(self.table.figures)
        ]

    def _cell(
        self,
        figure: Figure,
        value: object,
        row: Key | None,
        column: Key | None,
        *,
        bold: bool,
        first: bool = False,
    ) -> NumberCell:
        return NumberCell(
            text=self.number(figure, value),
            url="" if value is None or not value else self._url(figure, row, column),
            nil=value is None or not value,
            bold=bold,
            first=first,
        )

    def _url(self, figure: Figure, row: Key | None, column: Key | None) -> str:
        each = self.behind.get(figure.name)
        if each is None:
            return ""
        where = condition_behind(self.table, each, row, column)
        return list_url(each.entity.name, (("where", where),))

    def _by_figures(self) -> NumberTable:
        """Return the numbers below each other: the steps of a funnel over several entities."""
        table = self.table
        named = self._column_titles() if table.column_axes else []
        titles = named or [self.reader.t("report.number")]
        heads = (
            HeadCell(text=self.reader.t("report.measure")),
            *(HeadCell(text=each, number=True, first=True) for each in titles),
        )
        rows = tuple(
            NumberRow(heads=(HeadCell(text=self.figure_label(figure)),), cells=self._line(figure))
            for figure in table.figures
        )
        caption = self.reader.text(table.definition.label, table.definition.name)
        return NumberTable(caption=caption, heads=(heads,), rows=rows)

    def _line(self, figure: Figure) -> tuple[NumberCell, ...]:
        table = self.table
        columns = table.columns if table.column_axes else ()
        return (
            *(
                self._cell(figure, table.column_totals[each][figure.name], None, each, bold=False)
                for each in columns
            ),
            self._cell(figure, table.totals[figure.name], None, None, bold=bool(columns)),
        )


def kind_of(figure: Figure) -> str:
    """Return how a number is written: as it says, else as the field it is over."""
    if figure.format:
        return figure.format
    if figure.field is None or figure.measure is None or figure.measure.function == "count":
        return "number"
    if figure.field.is_amount:
        return "money"
    if not figure.field.type.grouped:
        return "plain"
    return "percent" if figure.field.type.cell == "percent" else "number"


def _spans(rows: Sequence[Key]) -> dict[tuple[int, int], int]:
    """Return over how many rows each title stands, by row and dimension where it begins."""
    spans: dict[tuple[int, int], int] = {}
    begun: dict[int, int] = {}
    for index, row in enumerate(rows):
        for place in range(len(row)):
            last = place == len(row) - 1
            if index and not last and rows[index - 1][: place + 1] == row[: place + 1]:
                spans[begun[place], place] += 1
            else:
                begun[place] = index
                spans[index, place] = 1
    return spans
