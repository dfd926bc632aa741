"""The page of one's favourites folders and tags: what is in them, renamed, deleted, taken out."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, LimitError, Message
from cardwright_entities.flows.selections import MOST_RECORDS
from cardwright_entities.marks.keeping import Mark
from cardwright_entities.marks.reaching import FOLDER
from cardwright_entities.records.marking import (
    add_mark,
    delete_mark,
    may_mark,
    own_mark,
    rename,
    unmark_records,
)
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import is_number
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.favourites import Wrong, favourites_page
from cardwright_platform.web.urls import FAVOURITES, mark_url

pages = Blueprint("favourites", __name__)

_MARK = f"{FAVOURITES}/<int(max=9007199254740991):mark>"


@pages.get(FAVOURITES)
@requires(RECORDS)
def show_favourites() -> ResponseReturnValue:
    """Show one's folders and tags, and the records of one of them."""
    return _page(request.args.get("of", ""))


@pages.post(FAVOURITES)
@requires(RECORDS)
def make() -> ResponseReturnValue:
    """Make a folder."""
    name = request.form.get("name", "")
    try:
        made = write_at_desk(lambda desk: add_mark(desk.records, FOLDER, name))
    except (InputError, LimitError) as error:
        return _page("", Wrong(0, name, error.foremost()))
    return go(mark_url(made.id))


@pages.post(f"{_MARK}/rename")
@requires(RECORDS)
def rename_one(mark: int) -> ResponseReturnValue:
    """Call a folder or tag otherwise."""
    name = request.form.get("name", "")
    try:
        renamed = write_at_desk(lambda desk: rename(desk.records, mark, name))
    except InputError as error:
        return _page(str(mark), Wrong(mark, name, error.foremost()))
    return go(mark_url(mark), current_reader().t("marks.renamed", name=renamed.name))


@pages.post(f"{_MARK}/delete")
@requires(RECORDS)
def delete(mark: int) -> ResponseReturnValue:
    """Delete a folder or tag; its records are as they were."""

    def work(desk: Desk) -> tuple[Mark, int]:
        return own_mark(desk.records, mark), delete_mark(desk.records, mark)

    gone, change_set = write_at_desk(work)
    text = current_reader().t("marks.deleted", name=gone.name)
    return go(FAVOURITES, text, change_set=change_set)


@pages.post(f"{_MARK}/remove")
@requires(RECORDS)
def remove(mark: int) -> ResponseReturnValue:
    """Take records out of a folder, or a tag from them."""
    ids = [int(each) for each in request.form.getlist("ids") if is_number(each)][:MOST_RECORDS]

    def work(desk: Desk) -> tuple[Mark, int, int]:
        entity = find_entity(desk.model, request.form.get("entity", ""))
        own = own_mark(desk.records, mark)
        return own, *unmark_records(desk.records, entity.name, ids, [own])

    own, change_set, count = write_at_desk(work)
    text = current_reader().t("marks.removed", count=count, name=own.name)
    return go(mark_url(mark), text, change_set=change_set if count else 0)


def _page(chosen: str, wrong: Wrong | None = None) -> ResponseReturnValue:
    with reading_desk() as desk:
        if wrong is not None and not may_mark(desk.records):
            raise AccessError(Message("not_allowed"))
        number = int(chosen) if is_number(chosen) else 0
        page = favourites_page(desk, reader_at(desk), number, wrong)
        return show(page, desk, status=200 if wrong is None else 422)
