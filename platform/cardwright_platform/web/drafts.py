"""Drafts of forms: kept while somebody types, and dropped when he wants them no more."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.typed_drafts import TypedDraft, drop_draft, keep_draft
from cardwright_platform.current import current_context
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.web.answers import find_entity, go
from cardwright_platform.web.desks import current_reader, reader_at, write_at_desk
from cardwright_platform.web.kept_drafts import form_address, is_form_number, variant_of_address
from cardwright_platform.web.posting import read_typed
from cardwright_platform.web.presenting.kept_inputs import kept_inputs

pages = Blueprint("drafts", __name__)


@pages.post("/drafts/<name>/<int:record>/<number>")
@requires(RECORDS)
def keep(name: str, record: int, number: str) -> ResponseReturnValue:
    """Keep what stands in a form now; ``record`` 0 is a new one."""
    typed = read_typed(request.form.items(multi=True))
    version = read_number((typed.get("version") or [""])[0]) or None

    def work(desk: Desk) -> None:
        entity = _entity_id(desk, name, record, number)
        kept = kept_inputs(desk, find_entity(desk.model, name), typed)
        reader = reader_at(desk)
        labels = {path: reader.field_label(each) for path, each in kept.fields.items()}
        draft = TypedDraft(number, kept.inputs, version, variant_of_address(), labels)
        keep_draft(desk.session, entity, record, draft)

    write_at_desk(work)
    now = current_context().now.astimezone(current_context().zone)
    return jsonify({"note": current_reader().t("draft.kept", at=f"{now:%H:%M}")})


@pages.post("/drafts/<name>/<int:record>/<number>/drop")
@requires(RECORDS)
def drop(name: str, record: int, number: str) -> ResponseReturnValue:
    """Forget a draft and show the form without it."""

    def work(desk: Desk) -> None:
        drop_draft(desk.session, _entity_id(desk, name, record, number), record, number)

    write_at_desk(work)
    return go(form_address(name, record, variant_of_address()), current_reader().t("draft.dropped"))


def _entity_id(desk: Desk, name: str, record: int, number: str) -> str:
    """Return the id under which drafts are kept; raise where the form is not for the writer."""
    entity = find_entity(desk.model, name)
    if not is_form_number(number):
        raise NotFoundError(Message("not_found"))
    if record:
        desk.records.may_edit(name, record)
    else:
        desk.records.may_create(name)
    return entity.definition.id
