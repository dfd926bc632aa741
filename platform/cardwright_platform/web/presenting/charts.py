"""The picture of a report: bars, lines, a pyramid or a funnel, as lengths and points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cardwright_entities.expressions.numbers import number_of
from cardwright_entities.reports.tables import Figure, Values
from cardwright_platform.views.reports import Bar, BarGroup, Chart, Line
from cardwright_platform.web.presenting.reports import ReportFace

#: The room in which parts are placed.
WIDTH, HEIGHT = 1000, 300
#: Rows and lines that a picture shows at most; more would be no picture.
MOST_BARS = 15
MOST_SERIES = 6
_MOST_MARKS = 6


def chart_of(face: ReportFace) -> Chart | None:
    """Return the picture of a report, None where it has none or nothing to show."""
    wanted = face.table.definition.chart
    if wanted is None:
        return None
    figures = _figures(face.table.figures, wanted.figures)
    if not figures:
        return None
    if wanted.type == "line":
        return _lines(face, figures)
    if wanted.type == "bar":
        return _bars(face, figures)
    return _steps(face, figures, wanted.type)


def _figures(shown: Sequence[Figure], wanted: Sequence[str]) -> tuple[Figure, ...]:
    """Return the numbers of a picture: those named, else the measured ones."""
    if wanted:
        return tuple(each for each in shown if each.name in wanted)[:MOST_SERIES]
    measured = tuple(each for each in shown if each.measure is not None)
    return measured[:MOST_SERIES]


def _bars(face: ReportFace, figures: Sequence[Figure]) -> Chart | None:
    places = _places(face)
    highest = _highest(figures, [values for _, values in places])
    groups = tuple(
        BarGroup(
            label=label,
            bars=tuple(
                Bar(
                    text=face.number(each, values[each.name]),
                    width=_length(values[each.name], highest),
                    series=number,
                )
                for number, each in enumerate(figures, 1)
            ),
        )
        for label, values in places
    )
    return _chart(face, "bar", groups, figures)


def _steps(face: ReportFace, figures: Sequence[Figure], kind: str) -> Chart | None:
    """Return bars in the middle below each other; of a funnel each with its share."""
    table = face.table
    if table.row_axes:
        first = figures[0]
        steps = [(label, first, values[first.name]) for label, values in _places(face)]
    else:
        steps = [(face.figure_label(each), each, table.totals[each.name]) for each in figures]
    numbers = [number_of(value) or Decimal(0) for _, _, value in steps]
    highest = max(numbers, default=Decimal(0))
    groups = []
    for index, (label, figure, value) in enumerate(steps):
        width = _length(value, highest)
        share = _share(face, numbers, index) if kind == "funnel" else ""
        bar = Bar(text=face.number(figure, value), width=width, x=(WIDTH - width) // 2, note=share)
        groups.append(BarGroup(label=label, bars=(bar,)))
    return _chart(face, kind, tuple(groups), figures[:1])


def _share(face: ReportFace, numbers: Sequence[Decimal], index: int) -> str:
    """Return which part of the step before comes so far."""
    if not index or not numbers[index - 1]:
        return ""
    share = (numbers[index] / numbers[index - 1]).quantize(Decimal("0.001"))
    return face.reader.locale.percent(share)


def _lines(face: ReportFace, figures: Sequence[Figure]) -> Chart | None:
    places = _places(face, along=True)
    if len(places) < 2:
        return None
    every = [values for _, values in places]
    numbers = [number_of(values[each.name]) for values in every for each in figures]
    known = [each for each in numbers if each is not None]
    highest, lowest = max(known, default=Decimal(0)), min([*known, Decimal(0)])
    span = (highest - lowest) or Decimal(1)
    lines = tuple(
        Line(
            series=number,
            points=" ".join(
                f"{index * WIDTH // (len(every) - 1)},{_height(values[each.name], lowest, span)}"
                for index, values in enumerate(every)
                if number_of(values[each.name]) is not None
            ),
        )
        for number, each in enumerate(figures, 1)
    )
    step = max(1, -(-(len(places) - 1) // (_MOST_MARKS - 1)))
    return Chart(
        type="line",
        title=face.reader.t("report.chart"),
        lines=lines,
        legend=_legend(face, figures),
        marks=tuple(label for label, _ in places[::step]),
        top=face.number(figures[0], highest),
        bottom=face.number(figures[0], lowest) or "0",
    )


def _places(face: ReportFace, *, along: bool = False) -> list[tuple[str, Values]]:
    """Return what a picture runs over: the rows; of lines the columns, where there are any."""
    table = face.table
    if table.column_axes and (along or not table.row_axes):
        keys = table.columns
        return [(face.key_label(table.column_axes, key), table.column_totals[key]) for key in keys]
    rows = table.rows if along else table.rows[:MOST_BARS]
    return [(face.key_label(table.row_axes, key), table.row_totals[key]) for key in rows]


def _highest(figures: Sequence[Figure], every: Sequence[Values]) -> Decimal:
    numbers = (number_of(values[each.name]) for values in every for each in figures)
    return max((each for each in numbers if each is not None), default=Decimal(0))


def _length(value: object, highest: Decimal) -> int:
    number = number_of(value) or Decimal(0)
    return int(number * WIDTH / highest) if number > 0 and highest > 0 else 0


def _height(value: object, lowest: Decimal, span: Decimal) -> int:
    number = number_of(value) or Decimal(0)
    return HEIGHT - int((number - lowest) * HEIGHT / span)


def _chart(
    face: ReportFace, kind: str, groups: tuple[BarGroup, ...], figures: Sequence[Figure]
) -> Chart | None:
    if not groups:
        return None
    title = face.reader.t("report.chart")
    return Chart(type=kind, title=title, groups=groups, legend=_legend(face, figures))


def _legend(face: ReportFace, figures: Sequence[Figure]) -> tuple[str, ...]:
    return tuple(face.figure_label(each) for each in figures)
