"""A list view: columns, sort, totals; and a named query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression


@dataclass(frozen=True, kw_only=True)
class ColumnDefinition:
    """One column: a field or a path over links, with a width in characters (0: by its type)."""

    path: str
    width: int = 0
    label: Text = Text()


@dataclass(frozen=True, kw_only=True)
class SortDefinition:
    """One sort key: a path, and whether it runs from high to low."""

    path: str
    descending: bool = False


@dataclass(frozen=True, kw_only=True)
class ListDefinition:
    """The shipped list of an entity. ``totals``: path → sum, average, min, max, count."""

    columns: tuple[ColumnDefinition, ...] = ()
    sort: tuple[SortDefinition, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    filters: tuple[str, ...] = ()  #: fields offered first in the filter bar
    lead: tuple[str, ...] = ()  #: the figure of a phone row: the first of them that is not nought
    tail: str = ""  #: the last place of a phone row


@dataclass(frozen=True, kw_only=True)
class QueryDefinition:
    """A condition under a name, used as a tab of the list, in links and in the API."""

    name: str
    entity: str = ""
    label: Text = Text()
    where: Expression | None = None
    sort: tuple[SortDefinition, ...] = ()
    columns: tuple[ColumnDefinition, ...] = ()
