"""Records read from a desk and written as JSON: pages, single records, their lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.errors import LimitError, Message, NotFoundError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import Count, PageRequest, RowOfPage
from cardwright_entities.queries.single import MOST_LINES, read_lines
from cardwright_entities.queries.titles import read_titles
from cardwright_platform.api.asking import refuse_unknown, wanted_fields
from cardwright_platform.api.desks import find_entity
from cardwright_platform.api.rights import readable_bases
from cardwright_platform.api.rows import row_writer
from cardwright_platform.api.values import plain_value

#: What a line does not repeat of its head.
_OF_THE_HEAD = frozenset({"head", "deleted_at"})


def page_json(
    desk: Desk, entity: EntityModel, request: PageRequest, expand: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a page as the API shows it; raise QueryError for what the reader may not know."""
    columns, keys = with_bases(readable_bases(desk.reading, entity), request.columns)
    page = desk.page(replace(request, columns=columns, masked=True))
    refuse_unknown(entity, page.unreadable)
    refuse_unknown(entity, [path for path in request.totals if path not in page.totals])
    many, lines = _relations(desk, entity, request.columns)
    fields = {**page.fields, **many}
    rows = _written(desk, fields, page.rows, [path for path in expand if "." not in path], keys)
    for name in lines:
        found = _lines_of(desk, entity, entity.fields[name], page.rows, expand)
        for row, source in zip(rows, page.rows, strict=True):
            row[name] = found.get(source.id, [])
    return {
        "items": rows,
        "next": page.next,
        "count": count_json(page.count),
        "totals": {path: plain_value(value) for path, value in page.totals.items()},
    }


def record_json(
    desk: Desk,
    entity_name: str,
    record: int,
    *,
    fields: Sequence[str] = (),
    expand: Sequence[str] = (),
    deleted: bool = False,
) -> dict[str, Any]:
    """Return one record with its lines; raise NotFoundError alike for missing and unreadable."""
    entity = find_entity(desk, entity_name)
    if deleted:
        find_entity(desk, entity_name, "delete")
    request = PageRequest(
        entity=entity_name,
        columns=wanted_fields(desk, entity, fields, deleted=deleted, lines=True),
        ids=(record,),
        limit=1,
        count="none",
        deleted=deleted,
        titles=False,
    )
    items: list[dict[str, Any]] = page_json(desk, entity, request, expand)["items"]
    if not items:
        raise NotFoundError(Message("not_found"))
    return items[0]


def count_json(count: Count | None) -> dict[str, object] | None:
    """Return a count as the API shows it."""
    return None if count is None else {"value": count.value, "exact": count.exact}


def _relations(
    desk: Desk, entity: EntityModel, names: Collection[str]
) -> tuple[dict[str, FieldModel], list[str]]:
    """Return which of the names are links to many records, and which are lines."""
    readable = desk.reading.readable(entity)
    of_kind: defaultdict[str, list[str]] = defaultdict(list)
    for name, field in entity.fields.items():
        if name in names and name in readable:
            of_kind[field.type.relation].append(name)
    return {name: entity.fields[name] for name in of_kind["many"]}, of_kind["lines"]


def _written(
    desk: Desk,
    fields: Mapping[str, FieldModel],
    rows: Sequence[RowOfPage],
    expand: Sequence[str],
    keys: Mapping[str, str],
) -> list[dict[str, object]]:
    """Return rows as JSON; ``keys`` are other names of some paths."""
    links = {path: fields[path] for path in expand if path in fields}
    titles = read_titles(desk.session, desk.reading, links, rows) if links else {}
    write = row_writer(fields, expand, titles)
    written = [write(row.values) for row in rows]
    if not keys:
        return written
    return [{keys.get(path, path): value for path, value in row.items()} for row in written]


def with_bases(
    bases: Mapping[str, str], names: Sequence[str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the paths to read, those of base amounts beside their amounts, and their keys."""
    fields = {base: name for name, base in bases.items()}
    paths: list[str] = []
    for name in names:
        if name in fields:
            paths.append(f"{fields[name]}.base")
            continue
        paths.append(name)
        if name in bases:
            paths.append(f"{name}.base")
    keys = {f"{name}.base": base for name, base in bases.items()}
    # Who asks for the path is answered by the path.
    keys = {path: key for path, key in keys.items() if path in paths and path not in names}
    return tuple(dict.fromkeys(paths)), keys


def _lines_of(
    desk: Desk,
    entity: EntityModel,
    field: FieldModel,
    heads: Sequence[RowOfPage],
    expand: Sequence[str],
) -> dict[int, list[dict[str, object]]]:
    inside = [
        path.removeprefix(f"{field.name}.") for path in expand if path.startswith(f"{field.name}.")
    ]
    line = desk.model.lines_of(entity, field.name)
    bases = readable_bases(desk.reading, line)
    found, _ = read_lines(
        desk.session,
        desk.reading,
        desk.cursors,
        entity,
        field,
        [row.id for row in heads],
        titles=False,
        paths=[f"{name}.base" for name in bases],
        masked=True,
    )
    if sum(len(rows) for rows in found.values()) >= MOST_LINES:
        raise LimitError(Message.of("too_many_lines", most=MOST_LINES))
    shown = desk.reading.shown(line)
    paths, keys = with_bases(bases, [name for name in shown if name not in _OF_THE_HEAD])
    fields = {path: shown[path.partition(".")[0]] for path in paths}
    every = [
        RowOfPage(row.id, {path: row.values.get(path) for path in paths})
        for rows in found.values()
        for row in rows
    ]
    written = iter(_written(desk, fields, every, inside, keys))
    return {head: [next(written) for _ in rows] for head, rows in found.items()}
