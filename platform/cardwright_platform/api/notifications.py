"""What the caller was told, and noting that he has read it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.notifications import (
    Notification,
    count_unread,
    mark_read,
    read_notifications,
)
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, load_body, many, whole
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.errors import say
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, bad_parameter
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import SIGNED_IN, requires

pages = Blueprint("api_notifications", __name__, url_prefix=BASE)

MOST = 200

LISTING = (
    Parameter(
        "limit",
        "Notifications of one answer.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50},
    ),
    Parameter("before", "Only those older than this one: next of the answer before."),
    Parameter("unread", "Only those not read yet.", {"type": "boolean", "default": False}),
)


class ReadBody(Body):
    """Which notifications were read; all when ``ids`` is left out."""

    ids = many(
        whole("A notification's id.", 1, 2**53 - 1), "The notifications that were read.", MOST
    )


@pages.get("/notifications")
@requires(SIGNED_IN)
@operation(Operation(answer="Notifications", parameters=LISTING))
def list_notifications() -> ResponseReturnValue:
    """Answer what the caller was told about records that he may still read, newest first."""
    asked = read_parameters()
    limit, before = asked.number("limit", 50), asked.number("before", 0)
    if not 1 <= limit <= MOST:
        raise bad_parameter("limit")
    with reading_desk() as desk:
        found = read_notifications(
            desk.session,
            desk.reading,
            limit=limit + 1,
            before=before or None,
            unread=asked.flag("unread"),
        )
        unread = count_unread(desk.session, desk.reading)
    more = found[limit - 1].id if len(found) > limit else None
    items = [_json(each) for each in found[:limit]]
    count = {"value": unread.count, "exact": unread.exact}
    return respond(dumps({"items": items, "next": more, "unread": count}))


@pages.post("/notifications/read")
@requires(SIGNED_IN)
@operation(Operation(answer="NotificationsRead", body=ReadBody))
def read() -> ResponseReturnValue:
    """Note that notifications were read."""
    read_parameters()
    body = load_body(ReadBody(), read_object())
    ids = body.get("ids")

    def work(desk: Desk) -> Answer:
        return Answer(value={"read": mark_read(desk.session, ids)})

    return answer_write(work)


def _json(found: Notification) -> dict[str, object]:
    return {
        "id": found.id,
        "at": plain_value(found.at),
        "kind": found.kind,
        "text": say(found.message),
        "entity": found.entity or None,
        "record": found.record,
        "title": found.title,
        "by": found.cause,
        "read_at": plain_value(found.read_at),
    }
