"""Which form an address asks for: an empty one, a copy, what a conversion fills in, a record."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ValueProblem
from cardwright_entities.flows.copying import copied
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_platform.security.numbers import is_number, read_number
from cardwright_platform.web.answers import find_entity
from cardwright_platform.web.presenting.flowing import proposed
from cardwright_platform.web.presenting.form_requests import Failure, FormRequest
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.new_records import new_values
from cardwright_platform.web.urls import card_url, edit_url, is_local, list_url, new_url, quick_url


def new_request(desk: Desk, entity: EntityModel) -> FormRequest:
    """Return what the form of a new record begins with: what its address brings."""
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


def edit_request(desk: Desk, entity: EntityModel, record: int) -> FormRequest:
    """Return the form of a record; raise for who may not edit it."""
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


def quick_request(
    desk: Desk, name: str, field: str, entity: EntityModel, typed: Typed, failure: Failure
) -> FormRequest:
    """Return the short form of a record that a link is to point to."""
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
