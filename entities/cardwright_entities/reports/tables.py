"""What is asked of a report, and the table that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_entities.model.entities import FieldModel
from cardwright_metadata.definitions.reports import (
    AxisDefinition,
    FigureDefinition,
    MeasureDefinition,
    ReportDefinition,
)
from cardwright_metadata.expressions.tree import Node

#: The values of all dimensions of a row or a column; links are RecordRefs, periods their first day.
Key = tuple[object, ...]
#: Numbers by name; None is empty.
Values = Mapping[str, object]


@dataclass(frozen=True)
class Figure:
    """A number that this reader may see, and the field it is measured over, if it is one."""

    definition: FigureDefinition
    measure: MeasureDefinition | None = None
    field: FieldModel | None = None

    @property
    def name(self) -> str:
        """Return its name in the report."""
        return self.definition.name

    @property
    def format(self) -> str:
        """Return how it is written: number, money, percent, or empty for what it is."""
        own = self.measure.format if self.measure is not None else ""
        return self.definition.format or own


@dataclass(frozen=True)
class Axis:
    """One dimension of the rows or columns: the period it is shown by, and the field it ends in."""

    definition: AxisDefinition
    field: FieldModel | None
    grain: str = ""
    is_kind: bool = False  #: its values are names of entities


@dataclass(frozen=True, kw_only=True)
class ReportTable:
    """A report as one reader sees it. A cell that no record stands behind is there too."""

    definition: ReportDefinition
    figures: tuple[Figure, ...]
    row_axes: tuple[Axis, ...]
    column_axes: tuple[Axis, ...]
    rows: tuple[Key, ...]
    columns: tuple[Key, ...]
    cells: Mapping[tuple[Key, Key], Values]
    row_totals: Mapping[Key, Values]
    column_totals: Mapping[Key, Values]
    totals: Values
    titles: Mapping[tuple[str, int], str] = field(default_factory=dict)
    where: Node | None = None  #: what the reader narrowed it by
