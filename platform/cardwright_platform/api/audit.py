"""The audit log for programs: who did what, the newest first. Values stand in the histories."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import SEE_LOGS
from cardwright_entities.audit.kinds import AREAS, KINDS
from cardwright_entities.audit.reading import Deed, Narrowing, list_deeds
from cardwright_entities.engine import Desk
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, Parameters, bad_parameter
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import requires

pages = Blueprint("api_audit", __name__, url_prefix=BASE)

_MOST = 1_000
_MOMENT = {"type": "string", "format": "date-time"}

LISTING = (
    Parameter(
        "limit",
        "Rows of one answer.",
        {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 50},
    ),
    Parameter("before", "Only those older than this one: next of the answer before."),
    Parameter("area", "Only those of an area.", {"type": "string", "enum": list(AREAS)}),
    Parameter("kind", "Only those of a kind.", {"type": "string", "enum": list(KINDS)}),
    Parameter("account", "Only those of an account."),
    Parameter("entity", "Only those about records of an entity."),
    Parameter("record", "Only those about one record."),
    Parameter("since", "Only those from this moment on.", _MOMENT),
    Parameter("until", "Only those before this moment.", _MOMENT),
    Parameter("address", "Only those from addresses that begin so."),
    Parameter("text", "Only those with this in a name or in what they were about."),
)


@pages.get("/audit")
@requires(SEE_LOGS)
@operation(Operation(answer="Audit", parameters=LISTING))
def list_audit() -> ResponseReturnValue:
    """Answer the audit log, newest first."""
    asked = read_parameters()
    limit, before = asked.number("limit", 50), asked.number("before", 0)
    if not 1 <= limit <= _MOST:
        raise bad_parameter("limit")
    with reading_desk() as desk:
        narrowing = _narrowing(desk, asked)
        found = list_deeds(desk.session, narrowing, before=before or None, limit=limit + 1)
        items = [_json(desk, each) for each in found[:limit]]
    more = found[limit - 1].id if len(found) > limit else None
    return respond(dumps({"items": items, "next": more}))


def _narrowing(desk: Desk, asked: Parameters) -> Narrowing:
    entity = asked.text("entity")
    if entity in desk.model.catalog.entities:
        entity = desk.model.entity(entity).key
    return Narrowing(
        area=asked.choice("area", ("", *AREAS), ""),
        kind=asked.choice("kind", ("", *KINDS), ""),
        account=asked.number("account", 0) or None,
        entity=entity,
        record=asked.number("record", 0) or None,
        since=_moment(asked, "since"),
        until=_moment(asked, "until"),
        address=asked.text("address"),
        text=asked.text("text"),
    )


def _moment(asked: Parameters, name: str) -> datetime | None:
    text = asked.text(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_parameter(name) from error
    if found.tzinfo is None:
        raise bad_parameter(name)
    return found


def _json(desk: Desk, deed: Deed) -> dict[str, object]:
    entity = desk.model.by_id(deed.entity) if deed.entity else None
    return {
        "id": deed.id,
        "at": plain_value(deed.at),
        "area": deed.area,
        "kind": deed.kind,
        "account": deed.account,
        "name": deed.name,
        "actor": deed.actor,
        "entity": entity.name if entity is not None else deed.entity or None,
        "record": deed.record,
        "records": deed.records,
        "change_set": deed.change_set,
        "target": deed.target,
        "detail": dict(deed.detail),
        "address": deed.address,
        "device": deed.device,
        "request": deed.request,
        "seal": deed.seal,
    }
