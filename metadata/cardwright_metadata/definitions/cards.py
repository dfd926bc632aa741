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
class SectionDefinition:
    """A titled group of fields, or a grid of lines, or ``auto``: whatever is placed nowhere."""

    name: str
    label: Text = Text()
    columns: int = 2
    fields: tuple[str, ...] = ()
    grid: str = ""  #: a lines field
    grid_columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()  #: grid columns that are summed
    auto: bool = False
    visible: bool | Expression = True


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
