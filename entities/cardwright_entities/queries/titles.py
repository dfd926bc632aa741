"""What the links on a page are called: one statement for each entity they point to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, select

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.address import Address
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.masked import shown_cells
from cardwright_entities.queries.names import RecordNames, rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import RowOfPage
from cardwright_entities.queries.sources import Joins, Sources
from cardwright_entities.store.sessions import Session

Titles = dict[tuple[str, int], str]

#: Links that are followed to a name: a line is called as its product, that by its own name.
_MOST_HOPS = 3


def read_titles(
    session: Session,
    reading: Reading,
    links: Mapping[str, FieldModel],
    rows: Sequence[RowOfPage],
) -> Titles:
    """Return the titles of all records that the rows' link columns point to."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for path, field in links.items():
        for row in rows:
            for entity, record in pointed(reading, field, row.values.get(path)):
                wanted[entity].add(record)
    titles: Titles = {}
    for entity, records in sorted(wanted.items()):
        titles |= titles_of(session, reading, entity, records)
    return titles


def pointed(reading: Reading, field: FieldModel, value: object) -> Iterable[tuple[str, int]]:
    """Yield the entity and id of each record that a value points to."""
    if value is None:
        return
    if isinstance(value, RecordRef):
        if value.entity in reading.model.catalog.entities:
            yield value.entity, value.id
    elif isinstance(value, tuple) and field.type.relation == "many":
        for each in value:
            yield field.targets[0], int(each)
    elif isinstance(value, Address) and value.region is not None and field.targets:
        yield field.targets[0], value.region
    elif isinstance(value, int) and field.targets and field.type.relation in ("one", ""):
        yield field.targets[0], value


def titles_of(
    session: Session, reading: Reading, entity_name: str, records: Iterable[int]
) -> Titles:
    """Return the titles of some records of one entity, without those that may not be read."""
    entity = reading.model.entity(entity_name)
    ids = sorted(set(records))
    path = _title_path(reading, entity)
    if not ids or not path:
        return {}
    sources = Sources()
    source = sources.take(entity)
    names = RecordNames(reading, entity, source, Joins(source), sources=sources)
    field, cells = shown_cells(names, path)
    statement = select(source.c["id"], *cells).where(
        and_(source.c["id"].in_(ids), rows_condition(reading, entity, source, sources=sources))
    )
    # In an order of their own, so that equal pages are equal to the last byte.
    statement = statement.order_by(source.c["id"])
    if names.joins is not None and names.joins.count:
        statement = statement.select_from(names.joins.clause)
    values = {
        row[0]: field.type.from_row(tuple(row[1:]), field.definition)
        for row in session.rows(statement)
    }
    if field.type.relation == "any":
        return _titles_behind(session, reading, entity_name, values)
    return {
        (entity_name, record): field.type.search_text(value, field.definition)
        for record, value in values.items()
    }


def _titles_behind(
    session: Session, reading: Reading, entity_name: str, values: Mapping[int, object]
) -> Titles:
    """Return the titles of records that are called as whatever they belong to."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for value in values.values():
        if isinstance(value, RecordRef) and value.entity in reading.model.catalog.entities:
            wanted[value.entity].add(value.id)
    behind: Titles = {}
    for name, records in sorted(wanted.items()):
        if name != entity_name:
            behind |= titles_of(session, reading, name, records)
    return {
        (entity_name, record): title
        for record, value in values.items()
        if isinstance(value, RecordRef) and (title := behind.get((value.entity, value.id)))
    }


def _title_path(reading: Reading, entity: EntityModel) -> tuple[str, ...]:
    """Return the way to the text that names a record; a line is called as what it links to."""
    path: tuple[str, ...] = ()
    here: EntityModel | None = entity
    while here is not None and here.title is not None and len(path) < _MOST_HOPS:
        if here.title.name in reading.masked(here):
            return (*path, here.title.name)
        if here.title.name not in reading.readable(here):
            return ()
        path = (*path, here.title.name)
        if here.title.type.relation != "one":
            return path
        targets = here.title.targets
        here = reading.model.entity(targets[0]) if len(targets) == 1 else None
    return ()


def many_links(entity: EntityModel, paths: Sequence[str]) -> dict[str, FieldModel]:
    """Return the n:m links among columns, which no row of a statement holds."""
    found = {path: entity.fields[path] for path in paths if path in entity.fields}
    return {path: field for path, field in found.items() if field.type.relation == "many"}


def read_many_links(
    session: Session,
    reading: Reading,
    entity: EntityModel,
    paths: Sequence[str],
    rows: tuple[RowOfPage, ...],
) -> tuple[RowOfPage, ...]:
    """Add the values of n:m links to rows, one statement for each such column."""
    for path, field in many_links(entity, paths).items():
        if not rows or path not in reading.readable(entity):
            continue
        found = links_of(session, reading, entity, field, [row.id for row in rows])
        rows = tuple(
            replace(row, values={**row.values, path: found.get(row.id, ())}) for row in rows
        )
    return rows


def links_of(
    session: Session,
    reading: Reading,
    entity: EntityModel,
    field: FieldModel,
    records: Sequence[int],
) -> Mapping[int, tuple[int, ...]]:
    """Return the readable targets of an n:m link for some records, in their order."""
    between = entity.tables.links[field.name]
    target = reading.model.entity(field.targets[0])
    sources = Sources()
    source = sources.take(target)
    statement = (
        select(between.c.source, between.c.target)
        .join(source, source.c["id"] == between.c.target)
        .where(
            between.c.source.in_(list(records)),
            source.c["deleted_at"].is_(None),
            rows_condition(reading, target, source, sources=sources),
        )
        .order_by(between.c.source, between.c.target)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for origin, aim in session.rows(statement):
        found[origin].append(aim)
    return {origin: tuple(aims) for origin, aims in found.items()}
