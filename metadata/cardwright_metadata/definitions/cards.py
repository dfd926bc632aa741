"""The page of one record: tabs, sections and related lists, in meaning, never in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression


@dataclass(frozen=True, kw_only=True)
class RelatedDefinition:
    """A list of records that point here.

    ``entity`` and ``field`` say which link; ``show`` is a link field of that entity whose target
    is what the user opens (a related list through a link entity), empty for the record itself.
    """

    entity: str
    field: str
    show: str = ""
    where: Expression | None = None
    columns: tuple[str, ...] = ()
    label: Text = Text()


@dataclass(frozen=True, kw_only=True)
class MatrixDefinition:
    """Lines as a table of one figure: ``rows`` and ``column`` are fields that say where one stands.

    ``spread`` lists how the sum of a row may be spread: last_year, even.
    """

    lines: str
    rows: tuple[str, ...]
    column: str
    cell: str
    totals: bool = False
    spread: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SectionDefinition:
    """A titled group of fields, a grid or matrix of lines, or ``auto``: whatever stands nowhere."""

    name: str
    label: Text = Text()
    columns: int = 2
    fields: tuple[str, ...] = ()
    grid: str = ""  #: a lines field
    grid_columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()  #: grid columns that are summed
    matrix: MatrixDefinition | None = None
    auto: bool = False
    visible: bool | Expression = True

    @property
    def lines(self) -> str:
        """Return the lines field that the section is about, empty for one of fields."""
        return self.matrix.lines if self.matrix is not None else self.grid


@dataclass(frozen=True, kw_only=True)
class TabDefinition:
    """One tab: sections, or a related list, or a panel (history, files, comments)."""

    name: str
    label: Text = Text()
    sections: tuple[SectionDefinition, ...] = ()
    related: RelatedDefinition | None = None
    panel: str = ""
    visible: bool | Expression = True


@dataclass(frozen=True, kw_only=True)
class CardDefinition:
    """The tabs of a card in order; figures are fields shown large in the header."""

    tabs: tuple[TabDefinition, ...] = ()
    figures: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()  #: fields in the line under the title

    @property
    def matrices(self) -> tuple[MatrixDefinition, ...]:
        """Return the matrices of all its tabs."""
        sections = (section for tab in self.tabs for section in tab.sections)
        return tuple(each.matrix for each in sections if each.matrix is not None)
