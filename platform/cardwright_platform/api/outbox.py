"""Messages to the outside: what became of them, another try, giving up."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import READ_MESSAGES, SEE_MESSAGES
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.outbox import (
    CHANNELS,
    STATES,
    Outgoing,
    give_up,
    list_messages,
    read_message,
    send_again,
)
from cardwright_entities.restores import held_message, release
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, respond
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.errors import say
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, bad_parameter
from cardwright_platform.api.values import plain_value
from cardwright_platform.current import current_account
from cardwright_platform.permissions import requires

pages = Blueprint("api_outbox", __name__, url_prefix=BASE)

_MOST = 200
_MESSAGE = "<int(min=1, max=9007199254740991):message>"

LISTING = (
    Parameter(
        "limit",
        "Messages of one answer.",
        {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 50},
    ),
    Parameter("before", "Only those older than this one: next of the answer before."),
    Parameter("state", "Only those in this state.", {"type": "string", "enum": list(STATES)}),
    Parameter("channel", "Only those of a kind.", {"type": "string", "enum": list(CHANNELS)}),
)


@pages.get("/outbox")
@requires(SEE_MESSAGES)
@operation(Operation(answer="Outbox", parameters=LISTING))
def list_outbox() -> ResponseReturnValue:
    """Answer the messages, newest first; their content to who may read it."""
    asked = read_parameters()
    limit, before = asked.number("limit", 50), asked.number("before", 0)
    state, channel = (
        asked.choice("state", ("", *STATES), ""),
        asked.choice("channel", ("", *CHANNELS), ""),
    )
    if not 1 <= limit <= _MOST:
        raise bad_parameter("limit")
    with reading_desk() as desk:
        found = list_messages(
            desk.session, channel=channel, state=state, before=before or None, limit=limit + 1
        )
        items = [_json(desk, each) for each in found[:limit]]
        held = held_message(desk.session)
    more = found[limit - 1].id if len(found) > limit else None
    why = say(held) if held is not None else None
    return respond(dumps({"items": items, "next": more, "held": why}))


@pages.post("/outbox/release")
@requires(SEE_MESSAGES)
@operation(Operation(answer="OutboxReleased"))
def release_messages() -> ResponseReturnValue:
    """Let messages go again that are held since a restore."""
    read_parameters()
    who = current_account().name
    return answer_write(lambda desk: Answer(value={"released": release(desk.session, who)}))


@pages.post(f"/outbox/{_MESSAGE}/again")
@requires(SEE_MESSAGES)
@operation(Operation(answer="OutgoingMessage", conflicts=True))
def again(message: int) -> ResponseReturnValue:
    """Let a message that was given up wait once more."""
    return _change(message, lambda desk: send_again(desk.session, message))


@pages.post(f"/outbox/{_MESSAGE}/give-up")
@requires(SEE_MESSAGES)
@operation(Operation(answer="OutgoingMessage", conflicts=True))
def give_up_message(message: int) -> ResponseReturnValue:
    """Take a message back that still waits."""
    who = current_account().name
    return _change(message, lambda desk: give_up(desk.session, message, who))


def _change(message: int, change: Callable[[Desk], None]) -> ResponseReturnValue:
    read_parameters()

    def work(desk: Desk) -> Answer:
        change(desk)
        return Answer(value=_json(desk, read_message(desk.session, message)))

    return answer_write(work)


def _json(desk: Desk, message: Outgoing) -> dict[str, object]:
    reason = message.reason
    may_read = desk.policy.has_feature(desk.context.principal, READ_MESSAGES)
    entity = desk.model.by_name_or_id(message.entity)
    return {
        "id": message.id,
        "channel": message.channel,
        "name": message.name,
        "rule": message.rule,
        "entity": message.entity if entity is None else entity.name,
        "record": message.record or None,
        "recipients": {name: list(each) for name, each in message.recipients.items()},
        "state": message.state,
        "attempts": message.attempts,
        "at": plain_value(message.at),
        "next_at": plain_value(message.next_at),
        "sent_at": plain_value(message.sent_at),
        "their_id": message.their_id,
        "reason": None
        if reason is None
        else {
            "code": reason["code"],
            "message": say(Message.of(reason["code"], **reason["params"])),
        },
        "content": dict(message.content) if may_read and message.content is not None else None,
    }
