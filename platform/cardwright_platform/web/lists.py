"""Lists: read, choose columns, move to the recycle bin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, LimitError, Message
from cardwright_entities.flows.selections import MOST_RECORDS
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.gate import SaveOptions
from cardwright_entities.records.history import open_change_set
from cardwright_entities.saved_views.bodies import FUNCTIONS, read_columns
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import is_number, read_number
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import (
    current_reader,
    reader_at,
    reading_desk,
    write_at_desk,
    write_if_done,
)
from cardwright_platform.web.layouts import Layout, keep_layout
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.asked_lists import Asked, list_request, understand
from cardwright_platform.web.presenting.filters import filter_fields
from cardwright_platform.web.presenting.lists import list_view, opened_group
from cardwright_platform.web.urls import is_local, list_url

pages = Blueprint("lists", __name__)


@pages.get("/list/<name>")
@requires(RECORDS)
def show_list(name: str) -> ResponseReturnValue:
    """Show a page of an entity's records."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        state = ListState.from_query(name, request.args)
        page = list_view(desk, reader_at(desk), entity, state)
        return show(page, desk, entity=name)


@pages.get("/list/<name>/group")
@requires(RECORDS)
def show_group(name: str) -> ResponseReturnValue:
    """Show what stands in a group of a list: further groups, or its first records."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        state = ListState.from_query(name, request.args)
        return show(opened_group(desk, reader_at(desk), entity, state), desk, entity=name)


@pages.get("/list/<name>/fields")
@requires(RECORDS)
def show_filter_fields(name: str) -> ResponseReturnValue:
    """Answer what an entity's list can be filtered by, when the builder is opened."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        fields = filter_fields(desk, reader_at(desk), entity)
        return jsonify({"fields": [asdict(each) for each in fields]})


@pages.post("/list/<name>/columns")
@requires(RECORDS)
def save_columns(name: str) -> ResponseReturnValue:
    """Keep which columns, totals and widths somebody wants to see, in the open view or for him."""
    form = request.form
    chosen = [
        {"path": each, "width": read_number(form.get(f"width.{each}", ""))}
        for each in form.getlist("columns")
    ]
    columns = read_columns(chosen)
    totals = {
        key.removeprefix("total."): value
        for key, value in form.items()
        if key.startswith("total.") and value in FUNCTIONS
    }

    def layout(asked: Asked) -> Layout:
        said = any(key.startswith("total.") for key in form)
        widths = {each.path: each.width for each in columns if each.width}
        return Layout(
            columns=[each.path for each in columns],
            totals=totals if said else asked.layout.totals,
            widths=widths or asked.layout.widths,
        )

    _lay_out(name, layout, told=not any(key.startswith("width.") for key in form))
    return go(back_to_list(name, form))


@pages.post("/list/<name>/columns/reset")
@requires(RECORDS)
def reset_columns(name: str) -> ResponseReturnValue:
    """Go back to the columns as they are shipped, or as the open view of others says."""
    _lay_out(name, lambda asked: None)
    return go(back_to_list(name, request.form))


@pages.post("/list/<name>/columns/change")
@requires(RECORDS)
def change_column(name: str) -> ResponseReturnValue:
    """Hide one column, or let another function stand below it."""
    form = request.form
    hidden = form.get("hide", "")
    path, _, function = form.get("total", "").partition(":")

    def layout(asked: Asked) -> Layout:
        laid = replace(asked.layout, columns=asked.layout.columns or list(asked.columns))
        if hidden:
            kept = [each for each in laid.columns or () if each != hidden]
            return replace(laid, columns=kept)
        totals = {key: value for key, value in asked.totals.items() if key != path}
        return replace(laid, totals=totals | ({path: function} if function in FUNCTIONS else {}))

    if hidden or path:
        _lay_out(name, layout)
    return go(back_to_list(name, form))


@pages.post("/list/<name>/delete")
@requires(RECORDS)
def delete_selected(name: str) -> ResponseReturnValue:
    """Move the selected records to the recycle bin as one change set."""
    reader = current_reader()

    def work(desk: Desk) -> tuple[int, int, int]:
        entity = find_entity(desk.model, name)
        ids = selected_ids(desk, entity, request.form)
        change_set = open_change_set(desk.session, desk.context, "delete")
        options = SaveOptions(kind="delete", change_set=change_set)
        done = 0
        for record in ids:
            try:
                with desk.session.savepoint():
                    desk.records.delete(name, record, None, options)
                done += 1
            except CardwrightError:
                continue
        return change_set, done, len(ids) - done

    change_set, done, left = write_if_done(work, lambda result: result[1] > 0)
    text = reader.t("list.deleted", count=done)
    if left:
        text = reader.t("list.deleted_some", count=done, left=left)
    tone = "warning" if left else "done"
    return go(
        back_to_list(name, request.form), text, change_set=change_set if done else 0, tone=tone
    )


def selected_ids(desk: Desk, entity: EntityModel, form: MultiDict[str, str]) -> list[int]:
    """Return the ids that a bulk form names, or all that its list's state finds."""
    if form.get("all") != "1":
        named = [int(each) for each in form.getlist("ids") if is_number(each)]
        if len(named) > MOST_RECORDS:
            raise LimitError(Message.of("too_many_selected", most=MOST_RECORDS))
        return named
    reader = reader_at(desk)
    state = replace(ListState.from_query(entity.name, form), page=1, after="", size=200)
    ids: list[int] = []
    base = replace(
        list_request(desk, reader, entity, state),
        columns=(),
        totals={},
        count="none",
        titles=False,
        limit=200,
        offset=0,
    )
    after = ""
    while True:
        page = desk.page(replace(base, after=after))
        ids += [row.id for row in page.rows]
        if len(ids) > MOST_RECORDS:
            raise LimitError(Message.of("too_many_selected", most=MOST_RECORDS))
        if page.next is None:
            return ids
        after = page.next


def _lay_out(name: str, layout: Callable[[Asked], Layout | None], *, told: bool = True) -> None:
    """Keep how somebody wants to see a list that he may read, in the view that is open."""
    state = ListState.from_query(name, request.form)

    def work(desk: Desk) -> None:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        asked = understand(desk, reader_at(desk), entity, state)
        keep_layout(desk, entity, asked.view, layout(asked), told=told)

    write_at_desk(work)


def back_to_list(name: str, form: MultiDict[str, str]) -> str:
    """Return the list as it was when something was done in it."""
    wanted = form.get("return", "")
    if wanted and is_local(wanted):
        return wanted
    return ListState.from_query(name, form).url() if form else list_url(name)
