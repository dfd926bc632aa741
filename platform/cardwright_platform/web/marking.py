"""Tagging and keeping records: at the head of a card, and for a selection of a list."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, LimitError, Message, NotFoundError
from cardwright_entities.flows.actions import Action
from cardwright_entities.flows.marking import chosen_names, marking_action
from cardwright_entities.marks.keeping import read_marks
from cardwright_entities.marks.reaching import FOLDER, TAG
from cardwright_entities.records.marking import (
    bears,
    first_folder,
    mark_record,
    mark_records,
    may_mark,
    unmark_record,
)
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.views.forms import ActionForm
from cardwright_platform.web.actions import sent_on
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import (
    current_reader,
    reader_at,
    reading_desk,
    write_at_desk,
    write_if_done,
)
from cardwright_platform.web.lists import back_to_list, selected_ids
from cardwright_platform.web.posting import failure_of, read_inputs
from cardwright_platform.web.presenting.set_rules import selection_form
from cardwright_platform.web.selected_actions import SentSelection
from cardwright_platform.web.urls import bulk_url, card_url, is_local

pages = Blueprint("marking", __name__)

#: What is said after a selection was marked, by the kind of mark.
_SAID = {TAG: "marks.tagged", FOLDER: "marks.kept"}


@pages.post("/card/<name>/<int:record>/tags")
@requires(RECORDS)
def tag(name: str, record: int) -> ResponseReturnValue:
    """Give a record a tag, or take one away."""
    return _mark_one(name, record, TAG)


@pages.post("/card/<name>/<int:record>/favourites")
@requires(RECORDS)
def star(name: str, record: int) -> ResponseReturnValue:
    """Put a record into a favourites folder, or take it out."""
    return _mark_one(name, record, FOLDER)


@pages.post("/list/<name>/tag")
@requires(RECORDS)
def tag_selected(name: str) -> ResponseReturnValue:
    """Ask for tags, and give them to the selected records."""
    return _mark_selected(name, TAG)


@pages.post("/list/<name>/keep")
@requires(RECORDS)
def keep_selected(name: str) -> ResponseReturnValue:
    """Ask for folders, and put the selected records into them."""
    return _mark_selected(name, FOLDER)


def _mark_one(name: str, record: int, kind: str) -> ResponseReturnValue:
    reader = current_reader()
    wanted = request.form.get("return_url", "")
    back = wanted if is_local(wanted) else card_url(name, record)
    removed = request.form.get("remove")

    def work(desk: Desk) -> int:
        find_entity(desk.model, name)
        if removed is not None:
            return unmark_record(desk.records, name, record, kind, removed)
        added = request.form.get("add", "")
        if kind == FOLDER and not added.strip():
            added = first_folder(desk.records, reader.t("marks.default_folder"))
        mark_record(desk.records, name, record, kind, added)
        return 0

    try:
        change_set = write_at_desk(work)
    except InputError as error:
        return go(back, reader.say(error.fields["name"][0]), tone="danger")
    except LimitError as error:
        return go(back, reader.say(error.message), tone="danger")
    if removed is None:
        return go(back)
    text = reader.t("marks.untagged", name=removed) if kind == TAG else reader.t("marks.unkept")
    return go(back, text, change_set=change_set)


def _mark_selected(name: str, kind: str) -> ResponseReturnValue:
    sent = SentSelection.read()
    if sent.answers is None:
        with reading_desk() as desk:
            return show(_form(desk, name, kind, sent), desk, entity=name)
    try:
        change_set, count = write_if_done(
            lambda desk: _mark_all(desk, name, kind, sent), lambda result: result[1] > 0
        )
    except InputError as error:
        with reading_desk() as desk:
            form = _form(desk, name, kind, sent, error)
            return show(form, desk, status=422, entity=name)
    text = current_reader().t(_SAID[kind], count=count)
    url = back_to_list(name, sent.selection)
    return sent_on(go(url, text, change_set=change_set if count else 0))


def _mark_all(desk: Desk, name: str, kind: str, sent: SentSelection) -> tuple[int, int]:
    entity = find_entity(desk.model, name)
    offered = _offered(desk, name, kind)
    ids = selected_ids(desk, entity, sent.selection)
    problems: dict[str, list[Message]] = {}
    asked = {each.name: each for each in offered.asks}
    raw = read_inputs(asked, sent.answers or {}, {}, problems)
    if problems:
        raise InputError(problems)
    names = chosen_names(offered, raw, read_marks(desk.session, kind))
    try:
        return mark_records(desk.records, name, ids, kind, names)
    except InputError as error:
        # What is wrong is the name that was typed: those to choose from have theirs.
        raise InputError({offered.asks[-1].name: error.fields["name"]}) from error


def _offered(desk: Desk, name: str, kind: str) -> Action:
    entity = find_entity(desk.model, name)
    desk.records.may(name, "read")
    if not bears(entity, kind) or not may_mark(desk.records):
        raise NotFoundError(Message("not_found"))
    return marking_action(desk.model, kind, read_marks(desk.session, kind))


def _form(
    desk: Desk, name: str, kind: str, sent: SentSelection, error: InputError | None = None
) -> ActionForm:
    reader, entity = reader_at(desk), find_entity(desk.model, name)
    offered, typed = _offered(desk, name, kind), sent.answers or {}
    failure = None if error is None else failure_of(reader, entity, error, typed, ())
    return selection_form(
        desk,
        reader,
        entity,
        offered,
        sent.hidden,
        back=back_to_list(name, sent.selection),
        url=bulk_url(name, offered.name),
        typed=typed,
        failure=failure,
    )
