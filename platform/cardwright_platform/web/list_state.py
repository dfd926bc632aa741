"""The state of a list, as its address carries it: search, query, condition, sort, page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cardwright_entities.errors import Message, QueryError
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_platform.web.urls import list_url

#: Page sizes that are offered.
SIZES = (20, 50, 100, 200)

#: A JSON filter in an address at most; longer ones come from nobody's hand.
LONGEST_FILTER = 20_000


@dataclass(frozen=True)
class ListState:
    """Everything that decides which records a list shows, in which order."""

    entity: str
    search: str = ""
    query: str = ""  #: a named query of the entity
    where: str = ""
    filter: str = ""  #: JSON
    sort: tuple[SortDefinition, ...] = ()  #: empty: as the list is shipped
    page: int = 1
    after: str = ""
    size: int = 50
    mode: str = "table"
    exact: bool = False

    @classmethod
    def from_query(cls, entity: str, arguments: Mapping[str, str]) -> ListState:
        """Read the state of an address; what cannot be read is left out."""
        return cls(
            entity=entity,
            search=arguments.get("q", "").strip()[:100],
            query=arguments.get("query", ""),
            where=arguments.get("where", "").strip(),
            filter=arguments.get("filter", "").strip(),
            sort=read_sort(arguments.get("sort", "")),
            page=_number(arguments.get("page", ""), 1, 200_000),
            after=arguments.get("after", ""),
            size=_number(arguments.get("size", ""), 50, SIZES[-1]),
            mode="cards" if arguments.get("mode") == "cards" else "table",
            exact=arguments.get("count") == "exact",
        )

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
                ("size", str(self.size) if self.size != 50 else ""),
                ("mode", self.mode if self.mode != "table" else ""),
                ("count", "exact" if self.exact else ""),
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
        return (*self.hidden("size", "mode", "count"), ("at", str(number)))

    def on_page(self, page: int, after: str = "") -> ListState:
        """Return the state on another page."""
        return replace(self, page=page, after=after)

    def sorted_by(self, path: str, *, descending: bool) -> ListState:
        """Return the state sorted by one column, on its first page."""
        sort = (SortDefinition(path=path, descending=descending),)
        return replace(self, sort=sort, page=1, after="")

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


def read_sort(text: str) -> tuple[SortDefinition, ...]:
    """Read ``-created_at,name``."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(
        SortDefinition(path=name.lstrip("-"), descending=name.startswith("-")) for name in names[:4]
    )


def write_sort(sort: Iterable[SortDefinition]) -> str:
    """Write a sort as ``read_sort`` reads it."""
    return ",".join(f"{'-' if each.descending else ''}{each.path}" for each in sort)


def _number(text: str, otherwise: int, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) < 8:
        return max(1, min(int(text), most))
    return otherwise
