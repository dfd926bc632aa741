"""The shape of a table as a backup says it: names and kinds, without an engine's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, MetaData, Table

from cardwright_entities.backups.errors import damaged
from cardwright_entities.backups.kinds import find_kind, kind_of

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TABLE = re.compile(r"(cw|e|l|t)_[a-z0-9_]{1,60}")


@dataclass(frozen=True)
class TableShape:
    """One table: its columns with their kinds, and whether it numbers its rows."""

    name: str
    columns: Mapping[str, str]
    numbered: bool = False

    @cached_property
    def table(self) -> Table:
        """Return the table as statements name it."""
        columns: list[Column[Any]] = [
            Column(name, find_kind(kind).sql) for name, kind in self.columns.items()
        ]
        return Table(self.name, MetaData(), *columns)

    def to_json(self) -> dict[str, Any]:
        """Return the shape as the manifest holds it."""
        columns = [[name, kind] for name, kind in self.columns.items()]
        return {"columns": columns, "numbered": self.numbered}

    @classmethod
    def from_json(cls, name: str, body: Mapping[str, Any]) -> TableShape:
        """Read a shape; raise BackupError for names and kinds that we never write."""
        pairs = [(column, kind) for column, kind in body["columns"]]
        columns = dict(pairs)
        if not _TABLE.fullmatch(name) or not columns or len(columns) != len(pairs):
            raise damaged(name[:80])
        for column, kind in pairs:
            if not _NAME.fullmatch(column):
                raise damaged(name)
            find_kind(kind)
        numbered = body["numbered"]
        if not isinstance(numbered, bool) or (numbered and columns.get("id") != "integer"):
            raise damaged(name)
        return cls(name, columns, numbered)


def shape_of(table: Table) -> TableShape:
    """Return the shape of a declared table."""
    columns = {column.name: kind_of(column.type) for column in table.columns}
    key = table.c.get("id")
    return TableShape(table.name, columns, key is not None and key.identity is not None)
