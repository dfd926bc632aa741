"""Forms: create and edit a record; what was typed stays until it is stored."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_entities.records.gate import Saved
from cardwright_platform.current import current_context
from cardwright_platform.permissions import RECORDS, requires, shown_again_by
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import Conflict
from cardwright_platform.web.actions import sent_on
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.asked_forms import edit_request, new_request, quick_request
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.kept_drafts import drop_posted, with_draft, with_draft_again
from cardwright_platform.web.matrix_spreads import spread_sums
from cardwright_platform.web.posting import (
    failure_of,
    raw_values,
    read_typed,
    wanted_lines,
)
from cardwright_platform.web.presenting.conflicts import (
    find_differences,
    moment_of,
    writer_of,
)
from cardwright_platform.web.presenting.form_requests import Failure
from cardwright_platform.web.presenting.forms import FormMaker
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.saving import options_of, save_changes
from cardwright_platform.web.sent_once import Sending, SentBeforeError
from cardwright_platform.web.uploads import Uploads, note_files, stored_files, uploaded_places
from cardwright_platform.web.urls import card_url, edit_url, is_local, list_url, new_url

pages = Blueprint("forms", __name__)


@pages.get("/new/<name>")
@requires(RECORDS)
def new_form(name: str) -> ResponseReturnValue:
    """Show an empty form; the address may bring values to begin with, or a record to copy."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may_create(name)
        reader = reader_at(desk)
        asked = with_draft(desk, reader, entity, new_request(desk, entity))
        inside = entity.definition.made_in
        if inside and asked.values.get(inside) is None:
            label = reader.field_label(entity.fields[inside])
            raise AccessError(Message.of("made_in_record", field=label))
        return show(FormMaker.of(desk, reader, entity, asked).form(), desk, entity=name)


@pages.get("/edit/<name>/<int:record>")
@requires(RECORDS)
def edit_form(name: str, record: int) -> ResponseReturnValue:
    """Show the form of a record; of one that may not be edited now, its card, which says why."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may_edit(name, record)
        obstacle = desk.obstacle(name, record)
        if obstacle is not None and not desk.leaves_open(name, record):
            return go(card_url(name, record), reader_at(desk).say(obstacle), tone="warning")
        reader = reader_at(desk)
        asked = with_draft(desk, reader, entity, edit_request(desk, entity, record))
        return show(FormMaker.of(desk, reader, entity, asked).form(), desk, entity=name)


def _new_again(name: str) -> ResponseReturnValue:
    return _again(name, None, read_typed(request.form.items(multi=True)), _signed_in_again())


def _edit_again(name: str, record: int) -> ResponseReturnValue:
    return _again(name, record, read_typed(request.form.items(multi=True)), _signed_in_again())


def _signed_in_again() -> InputError:
    who = current_context().principal.name
    return InputError({"": [Message.of("form_of_before", name=who)]})


@pages.post("/new/<name>")
@requires(RECORDS)
@shown_again_by(_new_again)
def create(name: str) -> ResponseReturnValue:
    """Store a new record, or show the form again with every message."""
    typed = read_typed(request.form.items(multi=True))
    if wanted_lines(typed):
        return _again(name, None, typed)
    files = stored_files(lambda desk: desk.records.may(name, "create"))
    sending = Sending.of(typed, files)

    def work(desk: Desk) -> Saved:
        def make() -> Saved:
            return desk.records.create(name, _raw(desk, name, typed, files), options_of(typed))

        made = sending.make_once(desk.session, make)
        drop_posted(desk, find_entity(desk.model, name), 0, typed)
        return made

    try:
        saved = write_at_desk(work)
    except InputError as error:
        return _again(name, None, typed, error)
    return _after(name, saved, typed, "form.created")


@pages.post("/edit/<name>/<int:record>")
@requires(RECORDS)
@shown_again_by(_edit_again)
def update(name: str, record: int) -> ResponseReturnValue:
    """Store the changes of a record, or show the form again, or what both have changed."""
    typed = read_typed(request.form.items(multi=True))
    if wanted_lines(typed):
        return _again(name, record, typed)
    files = stored_files(lambda desk: desk.records.may_edit(name, record))
    sending = Sending.of(typed, files)

    def work(desk: Desk) -> tuple[Saved, bool]:
        def change() -> Saved:
            raw = _resolved(_raw(desk, name, typed, files), typed)
            return save_changes(desk, name, record, typed, raw)

        saved = sending.change_once(desk.session, change)
        drop_posted(desk, find_entity(desk.model, name), record, typed)
        try:
            desk.records.may_read(name, record)
        except NotFoundError:
            return saved, False
        return saved, True

    try:
        saved, seen = write_at_desk(work)
    except InputError as error:
        return _again(name, record, typed, error)
    except ConflictError as error:
        if "fields" not in error.details:
            raise
        return _conflict(name, record, typed, error)
    return _after(name, saved, typed, "form.saved", seen=seen)


@pages.get("/quick/<name>/<field>/<target>")
@requires(RECORDS)
def quick_form(name: str, field: str, target: str) -> ResponseReturnValue:
    """Show the short form for a record made from a link."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, target)
        desk.records.may_create(target)
        asked = quick_request(desk, name, field, entity, {}, Failure())
        return show(FormMaker.of(desk, reader_at(desk), entity, asked).quick(), desk)


@pages.post("/quick/<name>/<field>/<target>")
@requires(RECORDS)
def quick_create(name: str, field: str, target: str) -> ResponseReturnValue:
    """Store a record made from a link and answer what the link shows of it."""
    typed = read_typed(request.form.items(multi=True))

    def work(desk: Desk) -> tuple[int, str]:
        raw = _raw(desk, target, typed, {})
        saved = desk.records.create(target, raw, options_of(typed))
        found = desk.record(target, saved.id, lines=False)
        entity = desk.model.entity(target)
        title = found.values.get(entity.title.name) if entity.title else None
        return saved.id, str(title or f"#{saved.id}")

    try:
        record, title = write_at_desk(work)
    except InputError as error:
        with reading_desk() as desk:
            entity = find_entity(desk.model, target)
            reader = reader_at(desk)
            failure = failure_of(reader, entity, error, typed)
            asked = quick_request(desk, name, field, entity, typed, failure)
            return show(FormMaker.of(desk, reader, entity, asked).quick(), desk, status=422)
    return jsonify({"value": str(record), "text": title, "note": ""})


# -- posts -----------------------------------------------------------------------------------------


def _raw(desk: Desk, name: str, typed: dict[str, list[str]], files: Uploads) -> dict[str, object]:
    entity = find_entity(desk.model, name)
    spread_sums(desk, entity, typed)
    numbers = note_files(desk.session, files)
    raw, problems = raw_values(desk, entity, typed, numbers)
    if problems:
        raise InputError(problems)
    return raw


def _resolved(raw: dict[str, object], typed: Typed) -> dict[str, object]:
    """Leave out fields of which somebody chose to keep the other's value."""
    theirs = {
        name.removeprefix("resolve.")
        for name, texts in typed.items()
        if name.startswith("resolve.") and texts[-1] == "theirs"
    }
    return {name: value for name, value in raw.items() if name not in theirs}


def _after(
    name: str, saved: Saved, typed: Typed, key: str, *, seen: bool = True
) -> ResponseReturnValue:
    reader = current_reader()
    text = reader.t(key)
    if saved.warnings:
        text = " · ".join([text, *(reader.say(each) for each in saved.warnings.values())])
    then = typed.get("then", ["open"])[-1]
    back = typed.get("return", [""])[-1]
    if then == "new":
        return sent_on(go(new_url(name), text))
    if is_local(back) and then != "stay":
        return sent_on(go(back, text))
    tone = "warning" if saved.warnings else "done"
    # What was given to others may be out of sight now.
    return sent_on(go(card_url(name, saved.id) if seen else list_url(name), text, tone=tone))


def _again(
    name: str, record: int | None, typed: Typed, error: InputError | None = None
) -> ResponseReturnValue:
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        reader = reader_at(desk)
        asked = new_request(desk, entity) if record is None else edit_request(desk, entity, record)
        version = typed.get("version", [""])[0]
        back = typed.get("return", [""])[-1]
        asked = replace(
            asked,
            typed=typed,
            failure=failure_of(reader, entity, error, typed, uploaded_places())
            if error is not None
            else Failure(),
            first=wanted_lines(typed),
            version=read_number(version) or None,
            hidden=(("return", back),) if is_local(back) else (),
        )
        asked = with_draft_again(entity, asked, fresh=isinstance(error, SentBeforeError))
        status = 200 if error is None else 422
        page = FormMaker.of(desk, reader, entity, asked).form()
        return show(page, desk, status=status, entity=name)


def _conflict(name: str, record: int, typed: Typed, error: ConflictError) -> ResponseReturnValue:
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        reader = reader_at(desk)
        found = desk.record(name, record, lines=False)
        reader = reader.knowing(found.titles)
        both = find_differences(desk, reader, entity, error)
        who = writer_of(desk, reader, error)
        title = found.values.get(entity.title.name) if entity.title else None
        hidden = [
            (key, text)
            for key, texts in typed.items()
            if key not in ("version", "csrf_token")
            for text in texts
        ]
        hidden += [(f"resolve.{field}", "theirs") for field in sorted(both.untouched)]
        page = Conflict(
            title=reader.t("conflict.title", who=who, when=moment_of(reader, error)),
            text=reader.t("conflict.text"),
            entity=reader.entity_label(entity),
            record=str(title or f"#{record}"),
            record_url=card_url(name, record),
            list_url=list_url(name),
            action=edit_url(name, record),
            who=who,
            fields=both.fields,
            merged=both.merged,
            hidden=(*hidden, ("version", str(found.version))),
            cancel=Action(label=reader.t("cancel"), url=card_url(name, record)),
        )
        return show(page, desk, status=409, entity=name)
