"""What a change lets go of for good, and what the platform's own tables keep of that.

The tables say it themselves: a column whose ``info`` names entities, fields, rules, settings or
packs holds rows that are of no use without them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select, Table, or_, select

from cardwright_entities.changes.identities import Part
from cardwright_entities.store.every_table import every_table
from cardwright_entities.store.sessions import Session

_ENTITY = "entity/"
_BATCH = 1_000
#: Beside entities and fields, what rows of the platform's tables belong to.
_OTHERS = ("rule", "role", "setting", "pack")


@dataclass(frozen=True)
class Gone:
    """Definitions that the commit before held and the next one does not keep, not even retired."""

    entities: Mapping[str, str]  #: names by id
    fields: Mapping[str, tuple[str, str]]  #: entity and name by id, of entities that stay
    holders: Mapping[str, str]  #: ids of those entities, by the field's
    inner: frozenset[str]  #: ids of the fields of entities that go
    others: Mapping[str, frozenset[str]]  #: names by kind

    def names(self) -> tuple[str, ...]:
        """Return what held records: entities, and fields of entities that stay."""
        return (*self.entities.values(), *(".".join(each) for each in self.fields.values()))

    def keys(self, kind: str) -> frozenset[str]:
        """Return by which texts rows of a kind are known: ids and names."""
        if kind == "entity":
            return frozenset([*self.entities, *self.entities.values()])
        if kind == "list":
            return frozenset(f"list/{name}" for name in self.entities.values())
        if kind == "field":
            return self.inner | frozenset(self.fields)
        return self.others.get(kind, frozenset())


def gone_between(before: Mapping[str, Part], after: Mapping[str, Part]) -> Gone:
    """Return what a change lets go of."""
    left = {part["id"]: part for _, part in _entities(after)}
    entities: dict[str, str] = {}
    fields: dict[str, tuple[str, str]] = {}
    holders: dict[str, str] = {}
    inner: set[str] = set()
    for _, part in _entities(before):
        now = left.get(part["id"])
        if now is None:
            entities[part["id"]] = part["name"]
            inner |= {each["id"] for each in part["fields"].values()}
            continue
        kept = {each["id"] for each in now["fields"].values()}
        for name, each in part["fields"].items():
            if each["id"] not in kept:
                fields[each["id"]] = part["name"], name
                holders[each["id"]] = part["id"]
    others = {
        kind: frozenset(
            address.partition("/")[2]
            for address in before
            if address.startswith(f"{kind}/") and address not in after
        )
        for kind in _OTHERS
    }
    return Gone(entities, fields, holders, frozenset(inner), others)


def forget_statements(gone: Gone, dialect: str) -> tuple[str, ...]:
    """Return what deletes the rows of the platform's tables that belong to what is gone."""
    return (*_deletes(gone), *_histories(gone, dialect))


def kept_rows(session: Session, gone: Gone) -> Iterator[dict[str, Any]]:
    """Yield what an archive keeps of those rows: history, approvals, and which files are held."""
    for table in every_table().values():
        if not table.info.get("archived"):
            continue
        conditions = [column.in_(keys) for column, keys in _naming(table, gone)]
        if conditions:
            found = select(table).where(or_(*conditions))
            yield from ({"kept": table.name, "row": row} for row in _rows(session, table, found))
    yield from _files(session, gone)


def _deletes(gone: Gone) -> Iterator[str]:
    # Parts first: they are found by the whole.
    for table in sorted(every_table().values(), key=lambda each: not _parts_of(each)):
        for column, keys in _naming(table, gone):
            yield f'DELETE FROM "{table.name}" WHERE "{column.name}" IN ({_listed(keys)})'
        for column in _parts_of(table):
            whole = every_table()[column.info["part_of"]]
            for named, keys in _naming(whole, gone):
                inner = f'SELECT "id" FROM "{whole.name}" WHERE "{named.name}" IN ({_listed(keys)})'
                yield f'DELETE FROM "{table.name}" WHERE "{column.name}" IN ({inner})'


def _histories(gone: Gone, dialect: str) -> Iterator[str]:
    """Yield what takes the values of single fields out of the history of entities that stay."""
    for table in every_table().values():
        for column in table.c:
            if column.info.get("values") != "by field":
                continue
            for field, holder in gone.holders.items():
                values = f'"{column.name}"'
                if dialect == "postgresql":
                    less, there = f"{values} - '{field}'", f"jsonb_exists({values}, '{field}')"
                else:
                    less = f"json_remove({values}, '$.\"{field}\"')"
                    there = f"json_type({values}, '$.\"{field}\"') IS NOT NULL"
                where = f"\"entity\" = '{holder}' AND {there}"
                yield f'UPDATE "{table.name}" SET {values} = {less} WHERE {where}'


def _naming(table: Table, gone: Gone) -> Iterator[tuple[Column[Any], list[str]]]:
    for column in table.c:
        keys = sorted(gone.keys(str(column.info.get("names", ""))))
        if keys:
            yield column, keys


def _parts_of(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if "part_of" in column.info]


def _rows(session: Session, table: Table, found: Select[Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a select over one table, large ones in batches."""
    # A column's name is a text of SQLAlchemy's own kind, which JSON refuses as a key.
    names = [str(column.name) for column in table.c]
    last = 0
    while True:
        batch = found
        if "id" in table.c:
            batch = found.where(table.c.id > last).order_by(table.c.id).limit(_BATCH)
        rows = [dict(zip(names, row, strict=True)) for row in session.rows(batch)]
        yield from rows
        if "id" not in table.c or len(rows) < _BATCH:
            return
        last = rows[-1]["id"]


def _files(session: Session, gone: Gone) -> Iterator[dict[str, Any]]:
    """Yield the files that are held; whoever writes the archive puts their contents beside."""
    tables = every_table()
    files, uses = tables["cw_file"], tables["cw_file_use"]
    conditions = [column.in_(keys) for column, keys in _naming(uses, gone)]
    if conditions:
        held = select(uses.c.file).where(or_(*conditions))
        for row in _rows(session, files, select(files).where(files.c.id.in_(held))):
            yield {"file": row}


def _entities(parts: Mapping[str, Part]) -> Iterable[tuple[str, Part]]:
    return ((address, part) for address, part in parts.items() if address.startswith(_ENTITY))


def _listed(keys: Collection[str]) -> str:
    return ", ".join("'" + each.replace("'", "''") + "'" for each in keys)
