"""One record as its reader sees it, with its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.pages import read_rows
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import Page, PageRequest, RecordView, RowOfPage
from cardwright_entities.queries.sorting import Cursors
from cardwright_entities.queries.titles import Titles
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Literal, Membership, Path

#: Lines read for one record at most.
MOST_LINES = 5000


def read_record(
    session: Session,
    reading: Reading,
    cursors: Cursors,
    entity_name: str,
    record: int,
    *,
    fields: Sequence[str] | None = None,
    lines: bool = True,
    deleted: bool = False,
    titles: bool = True,
    masked: bool = False,
) -> RecordView:
    """Return a record; raise NotFoundError alike for missing and for unreadable ones.

    ``masked``: with what is shown of fields of which the reader sees a part: of the record apart
    from its values, of its lines among them.
    """
    if entity_name not in reading.model.catalog.entities:
        raise NotFoundError(Message("not_found"))
    entity = reading.model.entity(entity_name)
    known = reading.shown(entity) if masked else reading.readable(entity)
    wanted = [name for name in entity.fields if name in known]
    if fields is not None:
        wanted = [name for name in wanted if name in fields]
    columns = tuple(dict.fromkeys(["id", "version", *wanted]))
    request = PageRequest(
        entity=entity_name,
        columns=columns,
        ids=(record,),
        limit=1,
        count="none",
        deleted=deleted,
        titles=titles,
        masked=masked,
    )
    page = read_rows(session, reading, request, cursors)
    if not page.rows:
        raise NotFoundError(Message("not_found"))
    found_titles = dict(page.titles)
    found: dict[str, tuple[RowOfPage, ...]] = {}
    for each in entity.lines if lines else ():
        if each.name in wanted:
            shown, line_titles = read_lines(
                session, reading, cursors, entity, each, [record], titles=titles, masked=masked
            )
            found[each.name] = shown.get(record, ())
            found_titles |= line_titles
    return _view(page, found, found_titles, reading.masked(entity) if masked else {})


def _view(
    page: Page,
    lines: Mapping[str, tuple[RowOfPage, ...]],
    titles: Titles,
    partly: Mapping[str, FieldModel],
) -> RecordView:
    row = page.rows[0]
    version = row.values.get("version")
    return RecordView(
        id=row.id,
        version=version if isinstance(version, int) else 0,
        values={name: value for name, value in row.values.items() if name not in partly},
        lines=lines,
        titles=titles,
        fields={name: each for name, each in page.fields.items() if name not in partly},
        masked={name: value for name, value in row.values.items() if name in partly},
    )


def read_lines(
    session: Session,
    reading: Reading,
    cursors: Cursors,
    entity: EntityModel,
    field: FieldModel,
    heads: Sequence[int],
    *,
    titles: bool = True,
    paths: Sequence[str] = (),
    masked: bool = False,
) -> tuple[dict[int, tuple[RowOfPage, ...]], dict[tuple[str, int], str]]:
    """Return the readable lines of some heads in their order, and the titles of their links.

    ``paths`` are read beside the fields.
    """
    line = reading.model.lines_of(entity, field.name)
    known = reading.shown(line) if masked else reading.readable(line)
    names = (name for name in line.fields if name in known or name == "head")
    request = PageRequest(
        entity=line.name,
        columns=(*names, *paths),
        where=Membership(Path(("head",)), tuple(_literal(each) for each in heads)),
        sort=(SortDefinition(path="position"),),
        limit=MOST_LINES,
        count="none",
        titles=titles,
        masked=masked,
    )
    page = read_rows(session, reading, request, cursors)
    by_head: defaultdict[int, list[RowOfPage]] = defaultdict(list)
    for row in page.rows:
        head = row.values.get("head")
        if isinstance(head, int):
            by_head[head].append(row)
    return {head: tuple(rows) for head, rows in by_head.items()}, dict(page.titles)


def _literal(number: int) -> Literal:
    return Literal(Decimal(number))
