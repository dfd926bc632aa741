"""What is asked of the compiler, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.model.entities import FieldModel
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.definitions.reports import ShiftDefinition
from cardwright_metadata.expressions.tree import Node

NOTHING: Mapping[str, Any] = MappingProxyType({})

#: Records on a page at most.
LARGEST_PAGE = 200

#: A capped count stops here and says "1,000+".
COUNT_CAP = 1000


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """A page of an entity's records: which columns, under which condition, in which order.

    ``columns`` and the keys of ``totals`` are paths such as ``customer.region``. ``after`` is a
    cursor from an earlier page; ``offset`` numbers pages instead. ``deleted`` reads the recycle
    bin.
    """

    entity: str
    columns: tuple[str, ...] = ()
    where: Node | None = None
    search: str = ""
    sort: tuple[SortDefinition, ...] = ()
    limit: int = 50
    after: str = ""
    offset: int = 0
    count: str = "capped"  #: none, capped, exact
    totals: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False
    titles: bool = True  #: read the titles of the links that are shown
    action: str = "read"  #: the right that the rows need
    ids: tuple[int, ...] = ()  #: only these records
    masked: bool = False  #: show also fields of which the reader sees a part, as that part


@dataclass(frozen=True)
class Count:
    """How many records there are; ``exact`` is False when counting stopped at the cap."""

    value: int
    exact: bool


@dataclass(frozen=True)
class RowOfPage:
    """One record of a page: values by path."""

    id: int
    values: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows in order, a cursor to what follows, the count, totals by path, titles of links."""

    rows: tuple[RowOfPage, ...]
    next: str | None = None
    count: Count | None = None
    totals: Mapping[str, object] = field(default_factory=dict)
    titles: Mapping[tuple[str, int], str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()  #: columns asked for that do not exist for this reader
    fields: Mapping[str, FieldModel] = field(default_factory=dict)  #: where each column ends


@dataclass(frozen=True)
class GroupKey:
    """What to group by: a path, for dates with a period: day, week, month, quarter, year.

    ``shift`` shows a date at another time: -1 year shows last year's at this year's periods.
    """

    path: str
    by: str = ""
    shift: ShiftDefinition | None = None


@dataclass(frozen=True)
class Measure:
    """A number per group: a function over a path or an expression; count needs neither."""

    function: str  #: count, sum, average, min, max
    path: str = ""
    value: TypedExpression | None = None


@dataclass(frozen=True, kw_only=True)
class AggregateRequest:
    """Groups of records with measures. ``sort`` names measures, ``-`` for high first."""

    entity: str
    where: Node | None = None
    search: str = ""
    group_by: tuple[GroupKey, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    having: Node | None = None  #: over the names of measures
    sort: tuple[str, ...] = ()
    limit: int = 1000
    titles: bool = True  #: read the titles of the links in keys
    totals: bool = True  #: measure everything too, where there are groups


@dataclass(frozen=True)
class Group:
    """One group: its key in the order asked, and its measures by name."""

    key: tuple[object, ...]
    values: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """Groups and the same measures over everything."""

    groups: tuple[Group, ...]
    totals: Mapping[str, object]
    titles: Mapping[tuple[str, int], str] = field(default_factory=dict)
    cut: bool = False  #: there are more groups than asked for
    keys: tuple[FieldModel | None, ...] = ()  #: the field of each key; None for a period's day


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """One record as its reader sees it: readable values by field name, lines by lines field."""

    id: int
    version: int
    values: Mapping[str, object]
    lines: Mapping[str, tuple[RowOfPage, ...]] = field(default_factory=dict)
    titles: Mapping[tuple[str, int], str] = field(default_factory=dict)
    fields: Mapping[str, FieldModel] = field(default_factory=dict)  #: where each value comes from
    masked: Mapping[str, object] = field(default_factory=dict)  #: what is shown of partly seen ones
