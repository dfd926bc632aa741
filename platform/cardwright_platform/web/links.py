"""What a link may point to: options while one types, and the dialog with columns."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError, QueryError, ValueProblem
from cardwright_entities.flows.asked_links import asked_link
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.conditions import bound_condition
from cardwright_entities.queries.requests import Page, PageRequest, RowOfPage
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Node
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.views.lists import Column, Empty, Pager, Row, SearchBox
from cardwright_platform.views.pickers import Picker
from cardwright_platform.web.answers import find_entity, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.cells import cell_of, cells_of_row
from cardwright_platform.web.presenting.columns import shown_field
from cardwright_platform.web.presenting.hits import favourites_first
from cardwright_platform.web.presenting.reader import Reader, initial_of
from cardwright_platform.web.urls import picker_url

pages = Blueprint("links", __name__)

_OPTIONS = 30
_ROWS = 50


@dataclass(frozen=True)
class _Link:
    """A link field whose options are wanted."""

    holder: EntityModel
    field: FieldModel
    target: EntityModel


@pages.get("/options/<name>/<field>/<target>")
@requires(RECORDS)
def options(name: str, field: str, target: str) -> ResponseReturnValue:
    """Answer the records that a link may point to, as what is typed finds them."""
    with reading_desk() as desk:
        link = _find(desk, name, field, target)
        reader = reader_at(desk)
        asked = _request(desk, link, request.args.get("q", ""), _note_paths(link), _OPTIONS)
        page, kept = favourites_first(desk, link.target, asked)
        reader = reader.knowing(page.titles)
        return jsonify(
            {
                "options": [_option(desk, reader, link, page, row, kept) for row in page.rows],
                "more": page.next is not None,
            }
        )


@pages.get("/pick/<name>/<field>/<target>")
@requires(RECORDS)
def pick(name: str, field: str, target: str) -> ResponseReturnValue:
    """Show the dialog in which a linked record is looked for."""
    with reading_desk() as desk:
        link = _find(desk, name, field, target)
        reader = reader_at(desk)
        words = request.args.get("q", "")
        columns = _columns(desk, link)
        asked = _request(desk, link, words, tuple(columns), _ROWS)
        page, kept = favourites_first(desk, link.target, asked)
        reader = reader.knowing(page.titles)
        label = reader.entity_label(link.target)
        view = Picker(
            title=reader.t("picker.title", entity=reader.inside(label)),
            search=SearchBox(
                action=picker_url(name, field, target),
                text=words,
                placeholder=reader.t("picker.search"),
            ),
            columns=tuple(
                Column(path=path, label=reader.field_label(each), numeric=each.type.numeric)
                for path, each in columns.items()
            ),
            rows=tuple(
                Row(
                    id=str(row.id),
                    url="",
                    cells=cells_of_row(reader, columns, row),
                    title=_title(reader, link.target, page, row),
                    starred=row.id in kept,
                )
                for row in page.rows
            ),
            pager=Pager(text=f"{len(page.rows)}{'+' if page.next else ''}"),
            several=link.field.type.relation == "many",
            empty=None if page.rows else Empty(title=reader.t("picker.nothing")),
        )
        return show(view, desk)


def _find(desk: Desk, name: str, field: str, target: str) -> _Link:
    holder = find_entity(desk.model, name)
    asked = asked_link(desk.model, name, field, target)
    if asked is not None:
        return _Link(holder, asked, find_entity(desk.model, target))
    found = holder.fields.get(field)
    if found is None or target not in found.targets or field not in desk.reading.readable(holder):
        raise NotFoundError(Message("not_found"))
    return _Link(holder, found, find_entity(desk.model, target))


def _request(
    desk: Desk, link: _Link, words: str, columns: tuple[str, ...], limit: int
) -> PageRequest:
    title = link.target.definition.title
    shown = (title, *columns) if title in link.target.fields else columns
    return PageRequest(
        entity=link.target.name,
        columns=tuple(dict.fromkeys(shown)),
        where=_where(desk, link),
        search=words.strip(),
        sort=(SortDefinition(path=title),) if title in desk.reading.readable(link.target) else (),
        limit=limit,
        count="none",
        masked=True,
    )


def _where(desk: Desk, link: _Link) -> Node | None:
    """Return the link's own condition with what the form holds so far as ``$record``."""
    where = link.field.definition.options.get("where")
    if where is None:
        return None

    def given(names: tuple[str, ...]) -> object:
        text = request.args.get(f"record.{'.'.join(names)}", "")
        of_head = names[0] == "head" and len(names) > 1
        holder = desk.model.head_of(link.holder) if of_head else link.holder
        found = holder.fields.get(names[-1]) if holder is not None else None
        if found is None or not text:
            return None
        try:
            return found.parse(text, desk.context)
        except ValueProblem:
            return None

    try:
        return bound_condition(desk.reading, link.target.name, where.tree, link.holder, given)
    except QueryError:
        return None


def _note_paths(link: _Link) -> tuple[str, ...]:
    named = tuple(link.field.definition.options.get("columns", ()))
    return named[:2] or link.target.definition.subtitle[:2]


def _columns(desk: Desk, link: _Link) -> dict[str, FieldModel]:
    named = tuple(link.field.definition.options.get("columns", ()))
    shipped = tuple(each.path for each in link.target.definition.list.columns)
    paths = dict.fromkeys((link.target.definition.title, *(named or shipped)))
    found = {path: shown_field(desk.reading, link.target, path) for path in list(paths)[:6]}
    return {
        path: each
        for path, each in found.items()
        if each is not None and each.type.relation not in ("many", "lines")
    }


def _option(
    desk: Desk, reader: Reader, link: _Link, page: Page, row: RowOfPage, kept: frozenset[int]
) -> dict[str, str]:
    notes = ["★"] if row.id in kept else []
    for path in _note_paths(link):
        field = shown_field(desk.reading, link.target, path)
        if field is not None and path in row.values:
            notes.append(cell_of(reader, field, row.values[path]).text)
    title = _title(reader, link.target, page, row)
    any_entity = link.field.type.widget == "link_any"
    value = f"{link.target.name}:{row.id}" if any_entity else str(row.id)
    return {
        "value": value,
        "text": title,
        "note": " · ".join(note for note in notes if note),
        "initial": initial_of(title),
    }


def _title(reader: Reader, entity: EntityModel, page: Page, row: RowOfPage) -> str:
    title = page.fields.get(entity.definition.title)
    if title is None:
        return f"#{row.id}"
    return cell_of(reader, title, row.values.get(title.name)).text or f"#{row.id}"
