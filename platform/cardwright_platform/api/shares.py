"""With whom single records are shared: read, shared, changed, ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, ValueProblem
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.sharing import read_until, share_and_tell
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.sharing import (
    LEVELS,
    MOST_HOLDERS,
    SHARE,
    SharedWith,
    Wanted,
    end_share,
    read_shares,
)
from cardwright_entities.shares.reaching import READ
from cardwright_platform.api.answers import BASE, Answer, answer_once, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, load_body, many, text
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.records import RECORD
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_shares", __name__, url_prefix=BASE)

_SHARES = f"/records/<entity>/{RECORD}/shares"

#: One of those with whom a record is shared.
_HOLDER = {
    "properties": {
        "entity": {"type": "string", "maxLength": 200},
        "id": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
        "role": {"type": "string", "maxLength": 200},
    }
}


class ShareBody(Body):
    """With whom a record is shared, what they may do, and until when."""

    # ``with`` is a word of Python's own.
    class Meta(Body.Meta):
        """The key under which a body says with whom."""

        include = {
            "with": many(
                Plain("An employee, team or department by entity and id, or a role.", _HOLDER),
                "With whom.",
                MOST_HOLDERS,
                least=1,
            )
        }

    level = text("What they may do; read unless said otherwise.", choices=LEVELS)
    until = text("The moment at which it ends; without it, it lasts.", most=40)


@pages.get(_SHARES)
@requires(RECORDS)
@operation(Operation(answer="Shares", action=("read",)))
def list_shares(entity: str, record: int) -> ResponseReturnValue:
    """Answer with whom a record is shared now."""
    read_parameters()
    with reading_desk() as desk:
        find_entity(desk, entity)
        items = [_json(each) for each in read_shares(desk.records, entity, record)]
    return respond(dumps({"items": items}))


@pages.post(_SHARES)
@requires(RECORDS)
@operation(Operation(answer="SharesChanged", action=(SHARE,), body=ShareBody, once=True))
def share_record(entity: str, record: int) -> ResponseReturnValue:
    """Share a record, or change how it is shared with somebody."""
    read_parameters()
    body = load_body(ShareBody(), read_object())
    if "with" not in body:
        raise InputError({"with": [Message("required")]})
    records, roles = _holders(body["with"])

    def work(desk: Desk) -> Answer:
        model = find_entity(desk, entity, SHARE)
        try:
            until = read_until(desk.model, body.get("until"), desk.context)
        except ValueProblem as problem:
            raise InputError({"until": [problem.message]}) from problem
        wanted = Wanted(records=records, roles=roles, level=body.get("level", READ), until=until)
        done = share_and_tell(desk.records, model, record, wanted)
        return _answer(desk, entity, record, done.saved.change_set if done.saved else 0)

    return answer_once(work, lambda desk: find_entity(desk, entity, SHARE))


@pages.delete(f"{_SHARES}/<int(min=1, max=9007199254740991):share>")
@requires(RECORDS)
@operation(Operation(answer="SharesChanged", action=(SHARE,), once=True))
def end(entity: str, record: int, share: int) -> ResponseReturnValue:
    """End a share."""
    read_parameters()

    def work(desk: Desk) -> Answer:
        find_entity(desk, entity, SHARE)
        change_set = open_change_set(desk.session, desk.context, SHARE)
        end_share(desk.records, entity, record, share, change_set)
        return _answer(desk, entity, record, change_set)

    return answer_once(work, lambda desk: find_entity(desk, entity, SHARE))


def _answer(desk: Desk, entity: str, record: int, change_set: int) -> Answer:
    items = [_json(each) for each in read_shares(desk.records, entity, record)]
    return Answer(value={"$change_set": change_set, "items": items})


def _holders(given: list[Any]) -> tuple[tuple[RecordRef, ...], tuple[str, ...]]:
    """Return records and roles; raise InputError for what is neither."""
    records: list[RecordRef] = []
    roles: list[str] = []
    for index, each in enumerate(given):
        match each:
            case {"entity": str() as entity, "id": int() as number} if len(each) == 2:
                records.append(RecordRef(entity, number))
            case {"role": str() as role} if len(each) == 1:
                roles.append(role)
            case _:
                raise InputError({f"with.{index}": [Message("share_holder")]})
    return tuple(records), tuple(roles)


def _json(share: SharedWith) -> dict[str, Any]:
    holder: dict[str, Any] = {"role": share.role}
    if share.holder is not None:
        holder = {"entity": share.holder.entity, "id": share.holder.id}
    return {
        "id": share.id,
        "with": holder,
        "level": share.level,
        "until": plain_value(share.until),
        "by": share.by,
        "at": plain_value(share.at),
    }
