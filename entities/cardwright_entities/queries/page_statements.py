"""What a page sends to the database, and how its rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, func, literal_column, select

from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.page_columns import PageColumn, RowReader, row_reader
from cardwright_entities.queries.requests import COUNT_CAP


@dataclass(frozen=True, eq=False)
class PageStatements:
    """The statements of a page; a found row is the id, the cells of the columns, the sort keys."""

    rows: Select[Any]
    ids: Select[Any]  #: of all records of the request, for its count
    columns: tuple[PageColumn, ...]
    keys: int  #: how many sort keys a row ends with

    @cached_property
    def read_row(self) -> RowReader:
        """Return what makes a row of the page of a row that was found."""
        return row_reader(self.columns)

    @cached_property
    def width(self) -> int:
        """Return where the sort keys begin."""
        return 1 + sum(len(each.cells) for each in self.columns)

    @cached_property
    def fields(self) -> Mapping[str, FieldModel]:
        """Return in which field each column ends."""
        return {each.path: each.field for each in self.columns}

    @cached_property
    def links(self) -> Mapping[str, FieldModel]:
        """Return the columns that end in a link."""
        return {path: each for path, each in self.fields.items() if each.targets}

    @cached_property
    def capped_count(self) -> Select[Any]:
        """Return the count of the records up to one behind the cap."""
        return count_up_to(self.ids, COUNT_CAP + 1)

    @cached_property
    def exact_count(self) -> Select[Any]:
        """Return the count of all records."""
        return self.ids.with_only_columns(func.count(), maintain_column_froms=True)


def count_up_to(ids: Select[Any], most: int) -> Select[Any]:
    """Return a count that stops at a number."""
    return select(func.count()).select_from(ids.limit(written(most)).subquery())


def written(number: int) -> ColumnElement[int]:
    """Return a number that stands in the statement itself.

    PostgreSQL plans a statement once for all its parameters if that costs no more than planning
    it each time. A limit that it does not know would never look so.
    """
    return literal_column(str(number), Integer())
