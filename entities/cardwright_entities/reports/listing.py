"""The records of one entity, or of all entities with a trait, listed one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.errors import LimitError, Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import read_rows
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import Page, PageRequest
from cardwright_entities.queries.sorting import Cursors
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.reports.ordering import place_of
from cardwright_entities.reports.seeing import Measured, joined, measured_for, narrowing
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.lists import ColumnDefinition, SortDefinition
from cardwright_metadata.definitions.reports import RecordsDefinition, ReportDefinition
from cardwright_metadata.expressions.tree import Node

#: Records of one list at most; a reader narrows a longer one.
MOST_RECORDS = 2_000


@dataclass(frozen=True)
class Listed:
    """One record and what its columns hold; ``fields`` say how a value is shown."""

    record: RecordRef
    values: Mapping[str, object]
    fields: Mapping[str, FieldModel]


@dataclass(frozen=True, kw_only=True)
class RecordList:
    """The records that one reader finds, in their order."""

    definition: ReportDefinition
    columns: tuple[tuple[ColumnDefinition, FieldModel], ...]
    records: tuple[Listed, ...]
    entities: tuple[str, ...]  #: of which records may be there
    titles: Titles
    where: Node | None = None  #: what the reader narrowed it by


def read_records(
    session: Session,
    reading: Reading,
    report: ReportDefinition,
    cursors: Cursors,
    where: Node | None = None,
) -> RecordList:
    """List records with the rights of the reader, entity by entity.

    Raise NotFoundError where he may see none, QueryError, and LimitError where there are too many.
    """
    measured, said = measured_for(reading, report), report.records
    if not measured or said is None:
        raise NotFoundError(Message("not_found"))
    found: list[Listed] = []
    titles: Titles = {}
    for each in measured:
        page = _page(session, reading, cursors, each, said, where)
        name = each.entity.name
        found += [Listed(RecordRef(name, row.id), row.values, page.fields) for row in page.rows]
        titles |= page.titles
        titles |= titles_of(session, reading, name, [row.id for row in page.rows])
        if len(found) > MOST_RECORDS:
            raise LimitError(Message.of("records_too_many", most=MOST_RECORDS))
    return RecordList(
        definition=report,
        columns=_columns(said, found),
        records=_in_order(found, said.sort, titles),
        entities=tuple(each.entity.name for each in measured),
        titles=titles,
        where=where,
    )


def _page(
    session: Session,
    reading: Reading,
    cursors: Cursors,
    each: Measured,
    said: RecordsDefinition,
    where: Node | None,
) -> Page:
    whole = joined(each.where, narrowing(each, where))
    name = each.entity.name
    paths = (*(column.path for column in said.columns), *(key.path for key in said.sort))
    request = PageRequest(
        entity=name,
        columns=tuple(dict.fromkeys(paths)),
        where=None if whole is None else typed_condition(reading, name, whole),
        limit=MOST_RECORDS + 1,
        count="none",
    )
    return read_rows(session, reading, request, cursors)


def _columns(
    said: RecordsDefinition, found: Sequence[Listed]
) -> tuple[tuple[ColumnDefinition, FieldModel], ...]:
    """Return the columns that this reader may see of any of the records."""
    fields: dict[str, FieldModel] = {}
    for each in found:
        for path, field in each.fields.items():
            fields.setdefault(path, field)
    return tuple((each, fields[each.path]) for each in said.columns if each.path in fields)


def _in_order(
    found: Sequence[Listed], sort: Sequence[SortDefinition], titles: Titles
) -> tuple[Listed, ...]:
    """Return records by the keys of a sort: empty first ascending, last descending."""
    ordered = list(found)
    for key in reversed(sort):

        def place(each: Listed, path: str = key.path) -> tuple[object, ...]:
            value, field = each.values.get(path), each.fields.get(path)
            if value is None or field is None:
                return (False,)
            return (True, place_of(value, field, titles))

        # Equal records keep the order that they have.
        ordered.sort(key=place, reverse=key.descending)
    return tuple(ordered)
