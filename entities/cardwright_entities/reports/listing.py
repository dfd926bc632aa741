"""The records of one entity, or of all entities with a trait, listed one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cardwright_entities.errors import LimitError, Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import read_rows
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import LARGEST_PAGE, PageRequest
from cardwright_entities.queries.sorting import Cursors
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.queries.together import fields_of, read_places
from cardwright_entities.reports.seeing import Measured, joined, measured_for, narrowing
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.lists import ColumnDefinition
from cardwright_metadata.definitions.reports import RecordsDefinition, ReportDefinition
from cardwright_metadata.expressions.tree import Node

#: Records of one file at most; a reader narrows a longer list.
MOST_SAVED = 20_000


@dataclass(frozen=True)
class Listed:
    """One record and what its columns hold; ``fields`` say how a value is shown."""

    record: RecordRef
    values: Mapping[str, object]
    fields: Mapping[str, FieldModel]


@dataclass(frozen=True, kw_only=True)
class RecordList:
    """A page of the records that one reader finds, in their order."""

    definition: ReportDefinition
    columns: tuple[tuple[ColumnDefinition, FieldModel], ...]
    records: tuple[Listed, ...]
    entities: tuple[str, ...]  #: of which records may be there
    titles: Titles
    where: Node | None = None  #: what the reader narrowed it by
    next: str = ""  #: cursor to the page behind this one


@dataclass(frozen=True, kw_only=True)
class ListRequest:
    """What is asked of a report that lists records: which, how many, behind which cursor."""

    where: Node | None = None
    limit: int = 50
    after: str = ""


def read_records(
    session: Session,
    reading: Reading,
    report: ReportDefinition,
    cursors: Cursors,
    asked: ListRequest,
) -> RecordList:
    """Read a page of records with the rights of the reader.

    One statement finds them, whatever entities they are of; then each entity is read once. Raise
    NotFoundError where he may see none, QueryError, and LimitError for a page that is too large.
    """
    measured, said = measured_for(reading, report), report.records
    if not measured or said is None:
        raise NotFoundError(Message("not_found"))
    if not 1 <= asked.limit <= LARGEST_PAGE:
        raise LimitError(Message.of("page_too_large", most=LARGEST_PAGE))
    requests = [_request(reading, each, said, asked) for each in measured]
    places = read_places(session, reading, requests, cursors)
    fields = {
        each.entity.name: fields_of(reading, each.entity, requests[0].columns) for each in measured
    }
    found: dict[tuple[str, int], Listed] = {}
    titles: Titles = {}
    for request in requests:
        name = request.entity
        ids = tuple(record for entity, record in places.records if entity == name)
        if not ids:
            continue
        page = read_rows(session, reading, _of_these(request, ids), cursors)
        found |= {
            (name, row.id): Listed(RecordRef(name, row.id), row.values, page.fields)
            for row in page.rows
        }
        titles |= page.titles
        titles |= titles_of(session, reading, name, ids)
    return RecordList(
        definition=report,
        columns=_columns(said, fields.values()),
        records=tuple(found[each] for each in places.records),
        entities=tuple(each.entity.name for each in measured),
        titles=titles,
        where=asked.where,
        next=places.next,
    )


def read_all_records(
    session: Session,
    reading: Reading,
    report: ReportDefinition,
    cursors: Cursors,
    where: Node | None = None,
) -> RecordList:
    """Read the records of all pages, for a file; raise LimitError where there are too many."""
    pages = list(_pages(session, reading, report, cursors, where))
    titles: Titles = {}
    for each in pages:
        titles |= each.titles
    records = tuple(record for each in pages for record in each.records)
    return replace(pages[0], records=records, titles=titles, next="")


def _pages(
    session: Session,
    reading: Reading,
    report: ReportDefinition,
    cursors: Cursors,
    where: Node | None,
) -> Iterator[RecordList]:
    after, count = "", 0
    while True:
        asked = ListRequest(where=where, limit=LARGEST_PAGE, after=after)
        page = read_records(session, reading, report, cursors, asked)
        yield page
        after, count = page.next, count + len(page.records)
        if not after:
            return
        if count >= MOST_SAVED:
            raise LimitError(Message.of("records_too_many", most=MOST_SAVED))


def _request(
    reading: Reading, each: Measured, said: RecordsDefinition, asked: ListRequest
) -> PageRequest:
    whole = joined(each.where, narrowing(each, asked.where))
    name = each.entity.name
    return PageRequest(
        entity=name,
        columns=tuple(column.path for column in said.columns),
        where=None if whole is None else typed_condition(reading, name, whole),
        sort=said.sort,
        limit=asked.limit,
        after=asked.after,
        count="none",
        masked=True,
    )


def _of_these(request: PageRequest, ids: tuple[int, ...]) -> PageRequest:
    return replace(request, where=None, sort=(), after="", ids=ids, limit=len(ids))


def _columns(
    said: RecordsDefinition, known: Iterable[Mapping[str, FieldModel]]
) -> tuple[tuple[ColumnDefinition, FieldModel], ...]:
    """Return the columns that this reader may see of any of the entities."""
    fields: dict[str, FieldModel] = {}
    for each in known:
        fields = {**each, **fields}
    return tuple((each, fields[each.path]) for each in said.columns if each.path in fields)
