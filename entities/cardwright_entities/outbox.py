"""Messages to the outside, put in with the change that causes them, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.audit.kinds import MESSAGE_CONFIRMED, MESSAGE_GIVEN_UP
from cardwright_entities.audit.noting import note
from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message, NotFoundError
from cardwright_entities.jobs.queue import written_principal
from cardwright_entities.store.outbox_tables import cw_outbox
from cardwright_entities.store.sessions import Session

MAIL, SMS, WEBHOOK, NOTICE = CHANNELS = ("mail", "sms", "webhook", "notice")
WAITING, SENT, FAILED = STATES = ("waiting", "sent", "failed")

#: The kind of job that sends what waits; the platform knows how.
SEND = "send_messages"
#: How long messages that were sent are remembered.
KEPT = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message about a record; ``reason`` is why it waits or was given up, code and params.

    ``content`` is what was said, once it was written; not all who see the message may see that.
    """

    id: int
    channel: str
    name: str
    rule: str
    entity: str
    record: int
    destination: str
    recipients: Mapping[str, Sequence[str]]
    principal: Mapping[str, Any]
    key: str
    at: datetime
    state: str
    attempts: int
    next_at: datetime
    reason: Mapping[str, Any] | None
    sent_at: datetime | None
    their_id: str | None
    content: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A message that somebody's change causes.

    A ``key`` that was used before is the message of that time.
    """

    channel: str
    name: str
    rule: str
    entity: str
    record: int
    recipients: Mapping[str, Sequence[str]]
    key: str = ""
    refusal: Message | None = None  #: why it cannot be sent at all


def put_message(session: Session, wanted: Wanted, asker: Context) -> None:
    """Put a message into the outbox in the transaction of its reason.

    It is written with the rights of ``asker`` when it is sent. One that cannot be sent is there as
    failed, so that somebody sees it.
    """
    _put(session, wanted, written_principal(asker))


def put_message_to(session: Session, wanted: Wanted, account: int) -> None:
    """Put a message into the outbox that is written with the rights of whom it goes to."""
    _put(session, wanted, {"account": account, "kind": "user"})


def _put(session: Session, wanted: Wanted, principal: Mapping[str, Any]) -> None:
    now = session.context.now
    to = wanted.recipients.get("to") or [""]
    values = {
        "channel": wanted.channel,
        "name": wanted.name,
        "rule": wanted.rule,
        "entity": wanted.entity,
        "record": wanted.record,
        "destination": to[0],
        "recipients": {name: list(each) for name, each in wanted.recipients.items()},
        "principal": dict(principal),
        "key": wanted.key or f"<{uuid4().hex}@cardwright>",
        "at": now,
        "state": FAILED if wanted.refusal else WAITING,
        "attempts": 0,
        "next_at": now,
        "reason": _written(wanted.refusal),
    }
    into = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    session.execute(into(cw_outbox).values(**values).on_conflict_do_nothing(index_elements=["key"]))


def due_messages(session: Session, channel: str, limit: int = 100) -> list[Outgoing]:
    """Return messages whose time has come, those first that waited longest for it."""
    statement = select(cw_outbox).where(
        cw_outbox.c.channel == channel,
        cw_outbox.c.state == WAITING,
        cw_outbox.c.next_at <= session.context.now,
    )
    ordered = statement.order_by(cw_outbox.c.next_at, cw_outbox.c.id)
    found = session.rows(ordered.limit(limit))
    return [_outgoing(row) for row in found]


def read_message(session: Session, message: int) -> Outgoing:
    """Return a message by its number; raise NotFoundError."""
    row = session.row(select(cw_outbox).where(cw_outbox.c.id == message))
    if row is None:
        raise NotFoundError(Message("not_found"))
    return _outgoing(row)


def list_messages(
    session: Session,
    *,
    channel: str = "",
    state: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[Outgoing]:
    """Return the newest messages with a number below ``before``, of one kind or of all."""
    statement = select(cw_outbox).where(*_narrowed(channel, state))
    if before is not None:
        statement = statement.where(cw_outbox.c.id < before)
    found = session.rows(statement.order_by(cw_outbox.c.id.desc()).limit(min(limit, 200)))
    return [_outgoing(row) for row in found]


def count_messages(session: Session, channel: str = "") -> dict[str, int]:
    """Return how many messages there are in each state."""
    statement = (
        select(cw_outbox.c.state, func.count())
        .where(*_narrowed(channel, ""))
        .group_by(cw_outbox.c.state)
    )
    return {str(state): int(number) for state, number in session.rows(statement)}


def count_sent(session: Session, channel: str, since: datetime, destination: str = "") -> int:
    """Return how many messages of a channel went since then, to one destination or to all."""
    statement = select(func.count()).where(
        cw_outbox.c.channel == channel, cw_outbox.c.sent_at >= since
    )
    if destination:
        statement = statement.where(cw_outbox.c.destination == destination)
    return int(session.scalar(statement))


def note_sent(
    session: Session,
    message: int,
    *,
    left_out: Message | None = None,
    their_id: str = "",
    content: Mapping[str, Any] | None = None,
) -> None:
    """Note that the other side has taken a message, and whom of several it was not taken for."""
    values = {
        "state": SENT,
        "sent_at": session.context.now,
        "reason": _written(left_out),
        "their_id": their_id or None,
        "content": None if content is None else dict(content),
    }
    _change(session, message, values)


def note_refused(
    session: Session, message: int, reason: Message, again_at: datetime | None
) -> None:
    """Note why a message did not go; without a time to try again it is given up."""
    later = {"state": FAILED} if again_at is None else {"next_at": again_at}
    _change(
        session,
        message,
        {"reason": _written(reason), "attempts": cw_outbox.c.attempts + 1, **later},
    )


def note_postponed(session: Session, message: int, reason: Message, until: datetime) -> None:
    """Note why a message was not even tried; that costs it no try."""
    _change(session, message, {"reason": _written(reason), "next_at": until})


def note_held(
    session: Session, channel: str, reason: Message, until: datetime | None = None
) -> int:
    """Note why nothing of a channel is sent at all; what is due stays so, or waits until then.

    Return how many wait.
    """
    waiting = update(cw_outbox).where(cw_outbox.c.channel == channel, cw_outbox.c.state == WAITING)
    values: dict[str, Any] = {"reason": _written(reason)}
    if until is not None:
        values["next_at"] = until
    return int(session.execute(waiting.values(**values)).rowcount)


def send_again(session: Session, message: int) -> None:
    """Let a message that was given up wait again; raise NotFoundError or ConflictError."""
    found = read_message(session, message)
    if found.state != FAILED or not found.destination:
        raise ConflictError(Message.of("outbox_not_failed", state=found.state))
    now = session.context.now
    _change(session, message, {"state": WAITING, "attempts": 0, "next_at": now, "reason": None})
    note(session, MESSAGE_CONFIRMED, target=f"#{message}")


def give_up(session: Session, message: int, who: str) -> None:
    """Take a message back that still waits; raise NotFoundError or ConflictError."""
    reason = _written(Message.of("outbox_given_up", who=who))
    statement = update(cw_outbox).where(cw_outbox.c.id == message, cw_outbox.c.state == WAITING)
    if not session.execute(statement.values(state=FAILED, reason=reason)).rowcount:
        state = read_message(session, message).state
        raise ConflictError(Message.of("outbox_not_waiting", state=state))
    note(session, MESSAGE_GIVEN_UP, target=f"#{message}")


def sweep_messages(session: Session) -> int:
    """Forget messages that were sent long ago; return how many."""
    before = session.context.now - KEPT
    statement = delete(cw_outbox).where(cw_outbox.c.state == SENT, cw_outbox.c.sent_at < before)
    return int(session.execute(statement).rowcount)


def _narrowed(channel: str, state: str) -> list[ColumnElement[bool]]:
    found = [cw_outbox.c.channel == channel] if channel else []
    return [*found, cw_outbox.c.state == state] if state else found


def _change(session: Session, message: int, values: Mapping[str, Any]) -> None:
    session.execute(update(cw_outbox).where(cw_outbox.c.id == message).values(**values))


def _written(reason: Message | None) -> dict[str, Any] | None:
    return None if reason is None else {"code": reason.code, "params": dict(reason.params)}


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(**dict(row._mapping))
