"""What was retired goes for good: its values into an archive, then its columns and tables.

Purging is a plan like any other. Its archive is written by it: once nobody works any more by the
definitions before, and before anything is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from cardwright_entities.changes.commits import (
    load_active,
    load_catalog,
    load_documents,
    read_commit,
    read_parent,
)
from cardwright_entities.changes.identities import Part, field_address
from cardwright_entities.changes.identity_rows import retired_moments
from cardwright_entities.changes.leaving import gone_between, kept_rows
from cardwright_entities.changes.planning import Purge, plan_in
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.tables import EntityTables, TypesOfFields, build_tables
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition

#: So long what is retired is kept before it may be purged without saying so twice.
KEPT = timedelta(days=90)
_BATCH = 1_000


@dataclass(frozen=True)
class Retired:
    """A retired entity or field: since when, and how many values it holds."""

    name: str  #: ``customer`` or ``customer.code``
    address: str
    since: datetime | None
    values: int
    kept_of: str = ""  #: the field whose former type it keeps

    def is_early(self, now: datetime) -> bool:
        """Tell whether it has not yet been kept for as long as promised."""
        return self.since is not None and now - self.since < KEPT


def list_retired(store: Store, context: Context, types: TypesOfFields) -> tuple[Retired, ...]:
    """Return everything that is retired and could be restored or purged."""
    with store.read(context, timeout=60) as session:
        _, catalog = load_active(session)
        since = retired_moments(session)
        return tuple(_retired(session, catalog, types, since))


def make_purge(
    store: Store, context: Context, types: TypesOfFields, *names: str, archive: str = ""
) -> Plan:
    """Plan to purge retired ones, each an ``entity`` or ``entity.field``, all together.

    ``archive`` is the name of the file that their values are written to before they go. Raise
    NotFoundError if nothing of a name is retired, PlanError while others point to it.
    """
    with store.read(context, timeout=60) as session:
        number, catalog = load_active(session)
        parts = {address: dict(part) for address, part in catalog.to_parts().items()}
        addresses: list[str] = []
        for definition, field in [_find(catalog, name) for name in names]:
            entity = f"entity/{definition.name}"
            if field is None:
                addresses.append(entity)
                del parts[entity]
            else:
                addresses.append(field_address(definition.name, field.name))
                part = parts[entity]
                fields = {key: each for key, each in part["fields"].items() if key != field.name}
                parts[entity] = {**part, "fields": fields}
        documents = load_documents(session, number)
        purge = Purge(tuple(addresses), archive)
        return plan_in(session, types, Catalog.from_parts(parts), documents, purge=purge)


def make_restore(store: Store, context: Context, types: TypesOfFields, *names: str) -> Plan:
    """Plan to put retired ones to use again, with their values; raise NotFoundError for others."""
    with store.read(context, timeout=60) as session:
        number, catalog = load_active(session)
        parts = {address: dict(part) for address, part in catalog.to_parts().items()}
        for definition, field in [_find(catalog, name) for name in names]:
            part = parts[f"entity/{definition.name}"]
            if field is None:
                part.pop("retired", None)
                continue
            living = {**part["fields"][field.name]}
            living.pop("retired", None)
            part["fields"] = {**part["fields"], field.name: living}
        documents = load_documents(session, number)
        return plan_in(session, types, Catalog.from_parts(parts), documents)


def archive_lines(
    store: Store, context: Context, types: TypesOfFields, commit: int, label: str
) -> Iterator[dict[str, Any]]:
    """Yield all of what a commit lets go of, as the definitions before it said it.

    First a line about it, with the documents of packs that go; then each entity and field with
    its records; then what the platform kept of them: history, approvals, files.
    """
    with store.read(context, timeout=600) as session:
        former = read_parent(session, commit) or 0
        before = load_catalog(session, read_commit(session, former))
        after = load_catalog(session, read_commit(session, commit))
        gone = gone_between(before.to_parts(), after.to_parts())
        packs = tuple(f"{name}/" for name in gone.keys("pack"))
        texts = load_documents(session, former) if packs else {}
        documents = {path: text for path, text in texts.items() if path.startswith(packs)}
        yield {"archive": label, "commit": commit, "documents": documents}
        for name in gone.names():
            yield from _values(session, types, context, before, former, name)
        yield from kept_rows(session, gone)


def _values(
    session: Session,
    types: TypesOfFields,
    context: Context,
    catalog: Catalog,
    number: int,
    name: str,
) -> Iterator[dict[str, Any]]:
    entity, _, field = name.partition(".")
    definition = catalog.entities[entity]
    tables = build_tables(definition, catalog, types, session.dialect)
    fields = [definition.fields[field]] if field else list(definition.fields.values())
    yield {
        "archive": name,
        "commit": number,
        "at": context.now.isoformat(),
        "part": catalog.to_parts()[f"entity/{entity}"],
    }
    yield from _records(session, tables, types, fields)
    for each in fields:
        if each.name in tables.links:
            for source, target in session.rows(select(tables.links[each.name])):
                yield {"id": source, each.name: target}


def _records(
    session: Session, tables: EntityTables, types: TypesOfFields, fields: list[FieldDefinition]
) -> Iterator[dict[str, Any]]:
    stored = [each for each in fields if tables.fields.get(each.name)]
    if not stored:
        return
    table, last = tables.table, 0
    columns = [column for each in stored for column in tables.fields[each.name]]
    while True:
        batch = select(table.c.id, *columns).where(table.c.id > last).order_by(table.c.id)
        rows = session.rows(batch.limit(_BATCH))
        for row in rows:
            found: dict[str, Any] = {"id": int(row[0])}
            at = 1
            for each in stored:
                width = len(tables.fields[each.name])
                field_type = types.of(each)
                value = field_type.from_row(row[at : at + width], each)
                at += width
                if value is not None and each.name != "id":
                    found[each.name] = field_type.to_json(value, each)
            if len(found) > 1:
                yield found
        if len(rows) < _BATCH:
            return
        last = int(rows[-1][0])


def _find(catalog: Catalog, name: str) -> tuple[EntityDefinition, FieldDefinition | None]:
    entity, _, field = name.partition(".")
    definition = catalog.entities.get(entity)
    if definition is not None and not field and definition.retired:
        return definition, None
    found = definition.fields.get(field) if definition is not None else None
    if definition is None or found is None or not found.retired:
        raise NotFoundError(Message.of("nothing_retired", name=name))
    return definition, found


def _retired(
    session: Session, catalog: Catalog, types: TypesOfFields, since: dict[str, datetime]
) -> Iterator[Retired]:
    for definition in catalog.entities.values():
        tables = build_tables(definition, catalog, types, session.dialect)
        if definition.retired:
            count = int(session.scalar(select(func.count()).select_from(tables.table)))
            address = f"entity/{definition.name}"
            yield Retired(definition.name, address, since.get(definition.id), count)
            continue
        names = {field.id: field.name for field in definition.fields.values()}
        for field in definition.fields.values():
            if not field.retired:
                continue
            columns = tables.fields.get(field.name, ())
            counted = select(func.count(columns[0])) if columns else None
            yield Retired(
                f"{definition.name}.{field.name}",
                field_address(definition.name, field.name),
                since.get(field.id),
                int(session.scalar(counted)) if counted is not None else 0,
                names.get(field.kept_of, ""),
            )


def names_of_pack(parts: Mapping[str, Part], pack: str) -> tuple[str, ...]:
    """Return what of a pack holds records: its entities, and its fields of others' entities."""
    names: list[str] = []
    for address, part in parts.items():
        if not address.startswith("entity/"):
            continue
        if part.get("pack") == pack:
            names.append(part["name"])
            continue
        fields = part.get("fields", {}).items()
        names += [f"{part['name']}.{name}" for name, each in fields if each.get("pack") == pack]
    return tuple(names)
