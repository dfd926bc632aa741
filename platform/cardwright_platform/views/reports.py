"""Reports: a table of numbers with its totals, and the picture above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Empty, Pager


@dataclass(frozen=True, kw_only=True)
class ReportLink:
    """A report in the list of all."""

    label: str
    url: str
    icon: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportsPage:
    """All reports in which the reader may see anything."""

    template: ClassVar[str] = "reports.html"
    title: str
    reports: tuple[ReportLink, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class NumberCell:
    """A number; ``url`` opens the records behind it. In a list of records any value."""

    text: str
    url: str = ""
    nil: bool = False  #: nothing, or nought
    bold: bool = False  #: a total
    first: bool = False  #: the first number of a column
    words: bool = False  #: no number at all


@dataclass(frozen=True, kw_only=True)
class HeadCell:
    """A title of columns or rows, standing over several."""

    text: str
    columns: int = 1
    rows: int = 1
    number: bool = False  #: above numbers
    first: bool = False
    url: str = ""  #: of the record that a row is about


@dataclass(frozen=True, kw_only=True)
class NumberRow:
    """One row: the titles that begin here, then its numbers."""

    heads: tuple[HeadCell, ...]
    cells: tuple[NumberCell, ...]


@dataclass(frozen=True, kw_only=True)
class NumberTable:
    """Numbers by rows and columns."""

    caption: str
    heads: tuple[tuple[HeadCell, ...], ...]
    rows: tuple[NumberRow, ...]
    foot: tuple[NumberCell, ...] = ()
    foot_label: str = ""
    foot_span: int = 1


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of a chart, in thousandths of its room."""

    text: str
    width: int
    x: int = 0
    series: int = 1
    note: str = ""  #: share of the step before


@dataclass(frozen=True, kw_only=True)
class BarGroup:
    """The bars of one row."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a chart: its points in a room of 1000 × 300."""

    series: int
    points: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture of the numbers, drawn from parts; the table below says the same in words.

    ``type``: bar, funnel, pyramid (all of ``groups``) or line (of ``lines``).
    """

    type: str
    title: str
    groups: tuple[BarGroup, ...] = ()
    lines: tuple[Line, ...] = ()
    legend: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  #: what stands below a line chart, evenly spaced
    top: str = ""  #: the highest value of a line chart
    bottom: str = ""


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """A dimension that the reader may narrow: one of some choices, of times also two days."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    timed: bool = False  #: sends ``<name>.from`` and ``<name>.to`` too
    start: str = ""
    end: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A report. What narrows it is sent to ``action`` as parameters of the address."""

    template: ClassVar[str] = "report.html"
    title: str
    text: str = ""
    action: str = ""
    inputs: tuple[Narrowing, ...] = ()
    narrowed: bool = False
    table: NumberTable | None = None
    chart: Chart | None = None
    more: tuple[Action, ...] = ()
    notice: str = ""
    empty: Empty | None = None
    pager: Pager = Pager()  #: of a list of records
