"""The recycle bin for programs: what was deleted; brought back, or gone for good with a reason."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from marshmallow import fields

from cardwright_entities.access.features import PURGE
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.exchange.reasons import LONGEST, checked_reason
from cardwright_entities.queries.recycled import BinRequest, read_bin, read_mark
from cardwright_entities.records.purging import Refused, purge
from cardwright_entities.recycle_bin import (
    Place,
    entities_of_bin,
    restore_together,
    titles_of_places,
)
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, load_body, many, text, whole
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.errors import error_json, say
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, bad_parameter
from cardwright_platform.api.values import plain_value
from cardwright_platform.failures import explain
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_bin", __name__, url_prefix=BASE)

_MOST_SHOWN = 200
#: Records that one request restores or lets go.
_MOST = 500

LISTING = (
    Parameter(
        "limit",
        "Records of one answer.",
        {"type": "integer", "minimum": 1, "maximum": _MOST_SHOWN, "default": 50},
    ),
    Parameter("cursor", "Where the answer before ended: its next."),
    Parameter("entity", "Only records of an entity."),
    Parameter("account", "Only what an account deleted."),
    Parameter("search", "Words to look for."),
)


class PlaceBody(Body):
    """A deleted record."""

    entity = text("Its entity.", most=200, required=True)
    id = whole("Its number.", 1, 2**53 - 1, required=True)


def _places() -> fields.List[Any]:
    return many(fields.Nested(PlaceBody), "Deleted records.", _MOST, least=1, required=True)


class RestoreBody(Body):
    """What is to come back."""

    records = _places()


class PurgeBody(Body):
    """What is to go for good, and why."""

    records = _places()
    reason = text("Why; kept in the audit log.", most=LONGEST, required=True)


@pages.get("/bin")
@requires(RECORDS)
@operation(Operation(answer="Bin", parameters=LISTING))
def list_bin() -> ResponseReturnValue:
    """Answer what is in the recycle bin, the newest first, as far as the caller finds it there."""
    asked = read_parameters()
    limit, cursor = asked.number("limit", 50), asked.text("cursor")
    if not 1 <= limit <= _MOST_SHOWN:
        raise bad_parameter("limit")
    if cursor and not read_mark(cursor):
        raise bad_parameter("cursor")
    wanted = BinRequest(
        search=asked.text("search").strip(),
        account=asked.number("account", 0) or None,
        after=cursor,
        limit=limit + 1,
    )
    with reading_desk() as desk:
        known = entities_of_bin(desk)
        name = asked.text("entity")
        if name:
            find_entity(desk, name)
            known = [each for each in known if each[0].name == name]
        found = read_bin(desk.session, desk.reading, known, wanted)
        shown = found[:limit]
        titles = titles_of_places(desk, [(each.entity, each.id) for each in shown])
        items = [
            {
                "entity": each.entity,
                "id": each.id,
                "title": titles.get((each.entity, each.id), ""),
                "deleted_at": plain_value(each.at),
                "deleted_by": each.by,
            }
            for each in shown
        ]
    following = shown[-1].mark if len(found) > limit else None
    return respond(dumps({"items": items, "next": following}))


@pages.post("/bin/restore")
@requires(RECORDS)
@operation(Operation(answer="BinRestored", body=RestoreBody))
def restore_records() -> ResponseReturnValue:
    """Take records out of the bin as one change set; tell what stood in the way of the others."""
    read_parameters()
    chosen = _chosen(load_body(RestoreBody(), read_object()))

    def work(desk: Desk) -> Answer:
        done = restore_together(desk, chosen)
        back = [place for place in chosen if place not in done.left]
        left = [_left(place, error) for place, error in done.left.items()]
        value = {"$change_set": done.change_set or None, "restored": _named(back), "left": left}
        return Answer(value=value)

    return answer_write(work)


@pages.post("/bin/purge")
@requires(PURGE)
@operation(Operation(answer="BinPurged", body=PurgeBody))
def purge_records() -> ResponseReturnValue:
    """Let records of the bin go for good, but for those that something points at; say why."""
    read_parameters()
    asked = load_body(PurgeBody(), read_object())
    reason = checked_reason(asked["reason"], required=True)
    chosen: defaultdict[str, set[int]] = defaultdict(set)
    for name, record in _chosen(asked):
        chosen[name].add(record)

    def work(desk: Desk) -> Answer:
        done = purge(desk.records, chosen, reason=reason)
        gone = [(name, record) for name, ids in done.gone.items() for record in ids]
        holders = {holder for each in done.refused for holder in each.holders}
        known = set(titles_of_places(desk, holders))
        left = [_held(each, known) for each in done.refused]
        return Answer(value={"purged": _named(gone), "lines": done.lines, "left": left})

    return answer_write(work)


def _chosen(asked: dict[str, Any]) -> list[Place]:
    return list(dict.fromkeys((each["entity"], each["id"]) for each in asked["records"]))


def _named(places: list[Place]) -> list[dict[str, object]]:
    return [{"entity": name, "id": record} for name, record in places]


def _left(place: Place, error: CardwrightError) -> dict[str, object]:
    name, record = place
    return {"entity": name, "id": record, "error": error_json(explain(error))}


def _held(refused: Refused, known: set[Place]) -> dict[str, object]:
    """Return why a record stays, with those that point at it as far as the caller may know."""
    return {
        "entity": refused.entity,
        "id": refused.record,
        "error": {"code": refused.message.code, "message": say(refused.message)},
        "held_by": _named([each for each in refused.holders if each in known]),
    }
