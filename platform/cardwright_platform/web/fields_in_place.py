"""One field of a record, changed where it stands on the card."""

from __future__ import annotations

from dataclasses import fields, replace

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, InputError, Message, NotFoundError
from cardwright_entities.records.gate import Saved
from cardwright_entities.records.parsing import SUGGESTED
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import FieldForm
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.asked_forms import edit_request
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.posting import failure_of, raw_values, read_typed
from cardwright_platform.web.presenting.conflicts import (
    find_differences,
    moment_of,
    writer_of,
)
from cardwright_platform.web.presenting.form_requests import Failure
from cardwright_platform.web.presenting.forms import FormMaker
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.saving import save_changes
from cardwright_platform.web.toasts import leave_toast
from cardwright_platform.web.uploads import Uploads, note_files, stored_files, uploaded_places
from cardwright_platform.web.urls import card_url, edit_url, field_url

pages = Blueprint("fields_in_place", __name__)

_PLACE = "/card/<name>/<int:record>/field/<field>"


@pages.get(_PLACE)
@requires(RECORDS)
def show_field(name: str, record: int, field: str) -> ResponseReturnValue:
    """Show the form of one field as it is stored."""
    with reading_desk() as desk:
        _check(desk, name, record, field)
        return show(_form(desk, name, record, field), desk, entity=name)


@pages.post(_PLACE)
@requires(RECORDS)
def change_field(name: str, record: int, field: str) -> ResponseReturnValue:
    """Store one field, or show its form again with what stands against it."""
    typed = read_typed(request.form.items(multi=True))
    files = stored_files(lambda desk: desk.records.may_edit(name, record))

    def work(desk: Desk) -> Saved:
        _check(desk, name, record, field)
        return save_changes(desk, name, record, typed, _raw(desk, name, field, typed, files))

    try:
        saved = write_at_desk(work)
    except InputError as error:
        return _again(name, record, field, typed, error)
    except ConflictError as error:
        if "fields" not in error.details:
            raise
        return _clash(name, record, field, typed, error)
    reader = current_reader()
    said = [reader.t("form.saved"), *(reader.say(each) for each in saved.warnings.values())]
    tone = "warning" if saved.warnings else "done"
    url = card_url(name, record)
    if "application/json" not in request.headers.get("Accept", ""):
        return go(url, " · ".join(said), tone=tone, change_set=saved.change_set)
    answer = jsonify({"url": url})
    return leave_toast(answer, " · ".join(said), tone=tone, change_set=saved.change_set)


def _check(desk: Desk, name: str, record: int, field: str) -> None:
    """Raise NotFoundError for a field that is not one's own to change."""
    entity = find_entity(desk.model, name)
    desk.records.may_edit(name, record)
    found = entity.fields.get(field)
    writable = desk.policy.fields(desk.context.principal, name, "write")
    is_typed = found is not None and found.type.editable and not found.definition.system
    if not is_typed or entity.fields[field].type.relation == "lines" or field not in writable:
        raise NotFoundError(Message("not_found"))


def _raw(desk: Desk, name: str, field: str, typed: Typed, files: Uploads) -> dict[str, object]:
    """Return what was typed of this field, whatever else was sent."""
    numbers = note_files(desk.session, files)
    raw, problems = raw_values(desk, find_entity(desk.model, name), typed, numbers)
    if problems:
        raise InputError(problems)
    return {key: value for key, value in raw.items() if key in (field, SUGGESTED)}


def _form(
    desk: Desk,
    name: str,
    record: int,
    field: str,
    typed: Typed | None = None,
    failure: Failure | None = None,
) -> FieldForm:
    entity, reader = find_entity(desk.model, name), reader_at(desk)
    asked = edit_request(desk, entity, record)
    asked = replace(
        asked,
        action=field_url(name, record, field),
        cancel_url=card_url(name, record),
        only=(field,),
        focus=field,
    )
    if typed is not None:
        version = read_number(typed.get("version", [""])[0]) or asked.version
        asked = replace(asked, typed=typed, failure=failure or Failure(), version=version)
    quick = FormMaker.of(desk, reader, entity, asked).quick()
    label = reader.field_label(entity.fields[field])
    whole = edit_url(name, record, (("focus", field),))
    known = {each.name: getattr(quick, each.name) for each in fields(quick)}
    known["title"] = f"{asked.title} · {label}"
    return FieldForm(**known, whole=Action(label=reader.t("form.whole"), url=whole))


def _again(name: str, record: int, field: str, typed: Typed, error: InputError) -> Response:
    with reading_desk() as desk:
        reader, entity = reader_at(desk), find_entity(desk.model, name)
        failure = failure_of(reader, entity, error, typed, uploaded_places())
        page = _form(desk, name, record, field, typed, failure)
        return show(page, desk, status=422, entity=name)


def _clash(name: str, record: int, field: str, typed: Typed, error: ConflictError) -> Response:
    """Show the field with what was typed, and to what somebody else has changed it meanwhile."""
    with reading_desk() as desk:
        reader, entity = reader_at(desk), find_entity(desk.model, name)
        found = desk.record(name, record, lines=False)
        both = find_differences(desk, reader.knowing(found.titles), entity, error)
        theirs = next((each.theirs.text for each in both.fields if each.name == field), "")
        who = writer_of(desk, reader, error)
        newest = {**typed, "version": [str(found.version)]}
        page = replace(
            _form(desk, name, record, field, newest),
            clash=reader.t(
                "form.clash",
                who=who,
                when=moment_of(reader, error),
                value=theirs or reader.t("form.nothing"),
            ),
            save_label=reader.t("form.take_mine"),
        )
        return show(page, desk, status=409, entity=name)
