"""Measures and reports: numbers to analyse, by dimensions that measures share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.lists import ColumnDefinition, SortDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: Periods by which a time dimension may be grouped, long ones first.
GRAINS = ("year", "quarter", "month", "week", "day")
#: Pictures of a report.
CHARTS = ("bar", "line", "pyramid", "funnel")
#: The dimension that says of which entity a record is, where those of a trait are measured.
KIND = "kind"
#: What may be asked of many records.
FUNCTIONS = ("sum", "count", "average", "min", "max")


@dataclass(frozen=True, kw_only=True)
class MeasureDefinition:
    """A number over the records of an entity. ``value`` is None when records are counted.

    ``by`` gives each dimension its path; None, of a measure written inside a report, makes every
    field a dimension of its own name.
    """

    name: str
    entity: str  #: key ``of``
    over_trait: bool = False  #: it is one of several that measure the entities of a trait
    function: str = "count"
    value: Expression | None = None
    pack: str = ""
    label: Text = Text()
    where: Expression | None = None
    by: Mapping[str, str] | None = None
    labels: Mapping[str, Text] = field(default_factory=dict)  #: of dimensions that have their own
    format: str = ""


@dataclass(frozen=True, kw_only=True)
class ShiftDefinition:
    """How far from a period the records lie that are shown at it: -1 year is the year before."""

    number: int
    unit: str  #: day, week, month, quarter, year


@dataclass(frozen=True, kw_only=True)
class FigureDefinition:
    """One number of a report: a measure, or an expression over the other figures."""

    name: str
    label: Text = Text()
    measure: str = ""  #: the name of a measure
    own: MeasureDefinition | None = None  #: a measure written here
    expression: Expression | None = None
    shift: ShiftDefinition | None = None
    format: str = ""  #: number, money, percent; empty for that of what is measured


@dataclass(frozen=True, kw_only=True)
class AxisDefinition:
    """A dimension of rows or columns: ``department``, ``time.month``, ``customer.region``."""

    path: str
    label: Text = Text()


@dataclass(frozen=True, kw_only=True)
class ChartDefinition:
    """The picture above the table; without ``figures`` it shows those that it can."""

    type: str  #: bar, line, pyramid, funnel
    figures: tuple[str, ...] = ()  #: key ``measures``


@dataclass(frozen=True, kw_only=True)
class RecordsDefinition:
    """What a report shows of records that it lists one by one."""

    columns: tuple[ColumnDefinition, ...]
    sort: tuple[SortDefinition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReportDefinition:
    """Figures by rows and columns; measures of different entities meet on equal values.

    Of one that lists ``records`` the only figure is their number.
    """

    name: str
    pack: str = ""
    label: Text = Text()
    description: Text = Text()
    figures: tuple[FigureDefinition, ...] = ()  #: key ``measures``
    rows: tuple[AxisDefinition, ...] = ()
    columns: tuple[AxisDefinition, ...] = ()
    records: RecordsDefinition | None = None
    where: Expression | None = None  #: over dimensions
    asks: tuple[str, ...] = ()  #: dimensions that the reader may narrow
    sort: tuple[str, ...] = ()  #: figures, a minus before one that runs downwards
    chart: ChartDefinition | None = None
    drill: bool = False
    icon: str = ""
    order: int = 0


def way_to(entity: str, by: Mapping[str, str] | None, path: str) -> tuple[str, ...] | None:
    """Return the way from a measured record to a dimension and what is named behind it.

    None: there is no such dimension. The name of the entity itself stands for the record.
    """
    first, *rest = path.split(".")
    if by is None:
        return tuple(rest) if first == entity else (first, *rest)
    if first in by:
        return (*by[first].split("."), *rest)
    return tuple(rest) if first == entity else None
