"""Forms: create and edit a record; what was typed stays until it is stored."""

from __future__ import annotations

from collections.abc import Mapping
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
    ValueProblem,
)
from cardwright_entities.flows.copying import copied
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import is_number, read_number
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import Conflict
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.matrix_spreads import spread_sums
from cardwright_platform.web.posting import (
    failure_of,
    given_confirmations,
    raw_values,
    read_typed,
    wanted_lines,
)
from cardwright_platform.web.presenting.conflicts import find_differences, writer_of
from cardwright_platform.web.presenting.flowing import proposed
from cardwright_platform.web.presenting.form_requests import Failure, FormRequest
from cardwright_platform.web.presenting.forms import FormMaker
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.new_records import new_values
from cardwright_platform.web.uploads import Uploads, note_files, stored_files, uploaded_places
from cardwright_platform.web.urls import card_url, edit_url, is_local, list_url, new_url, quick_url

pages = Blueprint("forms", __name__)


@pages.get("/new/<name>")
@requires(RECORDS)
def new_form(name: str) -> ResponseReturnValue:
    """Show an empty form; the address may bring values to begin with, or a record to copy."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may_create(name)
        asked = _new_request(desk, entity)
        inside = entity.definition.made_in
        if inside and asked.values.get(inside) is None:
            label = reader_at(desk).field_label(entity.fields[inside])
            raise AccessError(Message.of("made_in_record", field=label))
        return show(FormMaker.of(desk, reader_at(desk), entity, asked).form(), desk, entity=name)


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
        asked = _edit_request(desk, entity, record)
        return show(FormMaker.of(desk, reader_at(desk), entity, asked).form(), desk, entity=name)


@pages.post("/new/<name>")
@requires(RECORDS)
def create(name: str) -> ResponseReturnValue:
    """Store a new record, or show the form again with every message."""
    typed = read_typed(request.form.items(multi=True))
    if wanted_lines(typed):
        return _again(name, None, typed)
    files = stored_files(lambda desk: desk.records.may(name, "create"))

    def work(desk: Desk) -> Saved:
        raw = _raw(desk, name, typed, files)
        return desk.records.create(name, raw, _options(typed))

    try:
        saved = write_at_desk(work)
    except InputError as error:
        return _again(name, None, typed, error)
    return _after(name, saved, typed, "form.created")


@pages.post("/edit/<name>/<int:record>")
@requires(RECORDS)
def update(name: str, record: int) -> ResponseReturnValue:
    """Store the changes of a record, or show the form again, or what both have changed."""
    typed = read_typed(request.form.items(multi=True))
    if wanted_lines(typed):
        return _again(name, record, typed)
    files = stored_files(lambda desk: desk.records.may_edit(name, record))
    version = typed.get("version", [""])[0]

    def save(desk: Desk) -> Saved:
        raw = _resolved(_raw(desk, name, typed, files), typed)
        number = read_number(version) or None
        try:
            return desk.records.update(name, record, raw, number, _options(typed))
        except ConflictError as error:
            untouched = _untouched(desk, name, error)
            if untouched is None:
                raise
            kept = {key: value for key, value in raw.items() if key not in untouched}
            newest = int(str(error.details["version"]))
            return desk.records.update(name, record, kept, newest, _options(typed))

    def work(desk: Desk) -> tuple[Saved, bool]:
        saved = save(desk)
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


def _untouched(desk: Desk, name: str, error: ConflictError) -> frozenset[str] | None:
    """Return the fields that only the other changed, None where both changed one."""
    found = find_differences(desk, reader_at(desk), find_entity(desk.model, name), error)
    return None if found.fields else found.untouched or None


@pages.get("/quick/<name>/<field>/<target>")
@requires(RECORDS)
def quick_form(name: str, field: str, target: str) -> ResponseReturnValue:
    """Show the short form for a record made from a link."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, target)
        desk.records.may_create(target)
        asked = _quick_request(desk, name, field, entity, {}, Failure())
        return show(FormMaker.of(desk, reader_at(desk), entity, asked).quick(), desk)


@pages.post("/quick/<name>/<field>/<target>")
@requires(RECORDS)
def quick_create(name: str, field: str, target: str) -> ResponseReturnValue:
    """Store a record made from a link and answer what the link shows of it."""
    typed = read_typed(request.form.items(multi=True))

    def work(desk: Desk) -> tuple[int, str]:
        raw = _raw(desk, target, typed, {})
        saved = desk.records.create(target, raw, _options(typed))
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
            asked = _quick_request(desk, name, field, entity, typed, failure)
            return show(FormMaker.of(desk, reader, entity, asked).quick(), desk, status=422)
    return jsonify({"value": str(record), "text": title, "note": ""})


# -- requests of forms ---------------------------------------------------------------------------


def _new_request(desk: Desk, entity: EntityModel) -> FormRequest:
    given: dict[str, object] = {}
    lines: dict[str, tuple[RowOfPage, ...]] = {}
    source = request.args.get("copy", "")
    if is_number(source):
        proposal = copied(desk.records, entity.name, read_number(source))
        given = dict(proposal.values)
        lines = {
            name: tuple(RowOfPage(0, values) for values in rows)
            for name, rows in proposal.lines.items()
        }
    filled, further = _converted(desk)
    given |= filled
    lines |= further
    for name, text in request.args.items():
        found = entity.fields.get(name)
        if found is None or found.type.relation == "lines" or found.definition.system:
            continue
        try:
            given[name] = found.parse(text, desk.context)
        except ValueProblem:
            continue
    back = request.args.get("return", "")
    cancel = back if is_local(back) else list_url(entity.name)
    return FormRequest(
        action=new_url(entity.name),
        list_url=list_url(entity.name),
        cancel_url=cancel,
        values=new_values(desk, entity, given),
        lines=lines,
        hidden=(("return", cancel),) if is_local(back) else (),
    )


def _converted(
    desk: Desk,
) -> tuple[Mapping[str, object], Mapping[str, tuple[RowOfPage, ...]]]:
    """Return what the sources that the address names would fill in."""
    name = request.args.get("convert", "")
    if name not in desk.model.catalog.conversions:
        return {}, {}
    texts = ",".join(request.args.getlist("sources")).split(",")
    return proposed(desk, name, [number for text in texts if (number := read_number(text))])


def _edit_request(desk: Desk, entity: EntityModel, record: int) -> FormRequest:
    desk.records.may_edit(entity.name, record)
    found = desk.record(entity.name, record, masked=True)
    title = {**found.values, **found.masked}.get(entity.definition.title)
    url = card_url(entity.name, record)
    _, further = _converted(desk)
    lines = {name: (*rows, *further.get(name, ())) for name, rows in found.lines.items()}
    return FormRequest(
        action=edit_url(entity.name, record),
        list_url=list_url(entity.name),
        cancel_url=url,
        record=record,
        version=found.version,
        values=found.values,
        masked=found.masked,
        lines=lines,
        focus=request.args.get("focus", ""),
        title=str(title or f"#{record}"),
        record_url=url,
    )


def _quick_request(
    desk: Desk, name: str, field: str, entity: EntityModel, typed: Typed, failure: Failure
) -> FormRequest:
    holder = find_entity(desk.model, name).fields.get(field)
    asked = tuple(holder.definition.options.get("quick", ())) if holder is not None else ()
    needed = tuple(
        each.name
        for each in entity.fields.values()
        if each.definition.required is True
        and each.type.editable
        and each.type.relation != "lines"
        and each.definition.default is None
    )
    title = (entity.title.name,) if entity.title and entity.title.type.editable else ()
    url = quick_url(name, field, entity.name)
    return FormRequest(
        action=url,
        list_url=list_url(entity.name),
        cancel_url=list_url(entity.name),
        values=new_values(desk, entity, {}),
        typed=typed,
        failure=failure,
        only=tuple(dict.fromkeys(title + asked + needed)),
    )


# -- posts -----------------------------------------------------------------------------------------


def _raw(desk: Desk, name: str, typed: dict[str, list[str]], files: Uploads) -> dict[str, object]:
    entity = find_entity(desk.model, name)
    spread_sums(desk, entity, typed)
    numbers = note_files(desk.session, files)
    raw, problems = raw_values(desk, entity, typed, numbers)
    if problems:
        raise InputError(problems)
    return raw


def _options(typed: Typed) -> SaveOptions:
    return SaveOptions(
        confirmed=given_confirmations(typed), replace_lines=False, merge=True, needs_version=True
    )


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
        return go(new_url(name), text)
    if is_local(back) and then != "stay":
        return go(back, text)
    tone = "warning" if saved.warnings else "done"
    # What was given to others may be out of sight now.
    return go(card_url(name, saved.id) if seen else list_url(name), text, tone=tone)


def _again(
    name: str, record: int | None, typed: Typed, error: InputError | None = None
) -> ResponseReturnValue:
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        reader = reader_at(desk)
        asked = (
            _new_request(desk, entity) if record is None else _edit_request(desk, entity, record)
        )
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
            title=reader.t("conflict.title", who=who),
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
