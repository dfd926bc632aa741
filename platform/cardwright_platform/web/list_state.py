"""The state of a list, as its address carries it: search, query, condition, sort, page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.saved_views.bodies import MOST_KEYS
from cardwright_entities.saved_views.resolving import is_kept
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_platform.web.urls import list_url

#: Page sizes that are offered, and the one without any wish.
SIZES = (20, 50, 100, 200)
USUAL_SIZE = 50
#: Ways to show records, the usual one first.
MODES = ("table", "cards", "board")
#: The condition that every record meets: said where a view has one that is to be left out.
EVERYTHING = "true"

#: Levels of groups at most.
MOST_GROUPS = 4

#: A JSON filter in an address at most; longer ones come from nobody's hand.
LONGEST_FILTER = 20_000


@dataclass(frozen=True)
class ListState:
    """Everything that decides which records a list shows, in which order."""

    entity: str
    search: str = ""
    query: str = ""  #: a view of the entity: a pack's query, or the number of one that is kept
    where: str = ""  #: beside a pack's query, in place of the condition of a view that is kept
    filter: str = ""  #: the same as JSON
    sort: tuple[SortDefinition, ...] = ()  #: empty: as the list is shipped
    page: int = 1
    after: str = ""
    size: int = 0  #: 0: as the view says
    mode: str = ""  #: empty: as the view says
    exact: bool = False
    group: tuple[str, ...] = ()  #: keys by which the records are grouped, ``created_at:month``
    usual: tuple[int, str] = (USUAL_SIZE, MODES[0])  #: size and mode of the view

    @classmethod
    def from_query(cls, entity: str, arguments: Mapping[str, str]) -> ListState:
        """Read the state of an address; what cannot be read is left out."""
        query, where = arguments.get("query", ""), arguments.get("where", "").strip()
        filter_, mode = arguments.get("filter", "").strip(), arguments.get("mode", "")
        if is_kept(query) and "where" in arguments and not where and not filter_:
            where = EVERYTHING  # a form whose condition was emptied
        return cls(
            entity=entity,
            search=arguments.get("q", "").strip()[:100],
            query=query,
            where=where,
            filter=filter_,
            sort=read_sort(arguments.get("sort", "")),
            page=_number(arguments.get("page", ""), 1, 200_000),
            after=arguments.get("after", ""),
            size=_number(arguments.get("size", ""), 0, SIZES[-1]),
            mode=mode if mode in MODES else "",
            exact=arguments.get("count") == "exact",
            group=read_group(arguments.get("group", "")),
            # What a kept view says is not known yet: whatever is said stays said.
            usual=(0, "") if is_kept(query) else (USUAL_SIZE, MODES[0]),
        )

    def opened(self, size: int, mode: str) -> ListState:
        """Return the state in a view with this page size and mode; what is empty is usual."""
        return replace(self, usual=(size or USUAL_SIZE, mode if mode in MODES else MODES[0]))

    @property
    def page_size(self) -> int:
        """Return how many records a page has."""
        return self.size or self.usual[0] or USUAL_SIZE

    @property
    def shown_as(self) -> str:
        """Return the mode that is shown."""
        return self.mode or self.usual[1] or MODES[0]

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the state as pairs of an address."""
        return tuple(
            (name, value)
            for name, value in (
                ("q", self.search),
                ("query", self.query),
                ("where", self.where),
                ("filter", self.filter),
                ("sort", write_sort(self.sort)),
                ("size", str(self.size) if self.size not in (0, self.usual[0]) else ""),
                ("mode", self.mode if self.mode != self.usual[1] else ""),
                ("count", "exact" if self.exact else ""),
                ("group", ",".join(self.group)),
                ("after", self.after),
                ("page", str(self.page) if self.page > 1 else ""),
            )
            if value
        )

    def hidden(self, *without: str) -> tuple[tuple[str, str], ...]:
        """Return the state for hidden inputs, without what the form itself sends."""
        left_out = {*without, "page", "after"}
        return tuple(pair for pair in self.pairs() if pair[0] not in left_out)

    def url(self) -> str:
        """Return the address of the list in this state."""
        return list_url(self.entity, self.pairs())

    def place(self, number: int) -> tuple[tuple[str, str], ...]:
        """Return what a record's address says of its place in this list, counted from 1."""
        size = (("size", str(self.page_size)),) if self.page_size != USUAL_SIZE else ()
        return (*self.hidden("size", "mode", "count"), *size, ("at", str(number)))

    def on_page(self, page: int, after: str = "") -> ListState:
        """Return the state on another page."""
        return replace(self, page=page, after=after)

    def sorted_by(self, path: str, *, descending: bool) -> ListState:
        """Return the state sorted by one column, on its first page."""
        return self.in_order((SortDefinition(path=path, descending=descending),))

    def in_order(self, sort: Iterable[SortDefinition]) -> ListState:
        """Return the state sorted by these keys, on its first page."""
        return replace(self, sort=tuple(sort)[:MOST_KEYS], page=1, after="")

    def grouped(self, keys: Iterable[str]) -> ListState:
        """Return the state grouped by these keys, on its first page."""
        return replace(self, group=tuple(keys)[:MOST_GROUPS], page=1, after="")

    def under(self, where: str) -> ListState:
        """Return the state under another condition, on its first page; empty is none at all."""
        text = where or (EVERYTHING if is_kept(self.query) else "")
        return replace(self, where=text, filter="", page=1, after="")

    def filter_tree(self) -> dict[str, Any] | None:
        """Return the JSON filter; raise QueryError when it is none."""
        if not self.filter:
            return None
        if len(self.filter) > LONGEST_FILTER:
            raise QueryError(Message("filter_too_large"))
        try:
            tree = json.loads(self.filter)
        except (ValueError, RecursionError) as error:
            raise QueryError(Message("bad_filter")) from error
        if not isinstance(tree, dict):
            raise QueryError(Message("bad_filter"))
        return tree


def read_group(text: str) -> tuple[str, ...]:
    """Read ``stage,created_at:month``; what is said twice counts once."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    return tuple({name.partition(":")[0]: name for name in names}.values())[:MOST_GROUPS]


def read_sort(text: str) -> tuple[SortDefinition, ...]:
    """Read ``-created_at,name``."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(
        SortDefinition(path=name.lstrip("-"), descending=name.startswith("-"))
        for name in names[:MOST_KEYS]
    )


def write_sort(sort: Iterable[SortDefinition]) -> str:
    """Write a sort as ``read_sort`` reads it."""
    return ",".join(f"{'-' if each.descending else ''}{each.path}" for each in sort)


def _number(text: str, otherwise: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 8:
        return max(1, min(int(text), most))
    return otherwise
