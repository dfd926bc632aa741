"""Mails that wait to be sent, with what became of them: put in with the change that causes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, delete, insert, select, update

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message, NotFoundError
from cardwright_entities.jobs.queue import written_principal
from cardwright_entities.store.mail_tables import cw_mail
from cardwright_entities.store.sessions import Session

WAITING, SENT, FAILED = "waiting", "sent", "failed"

#: How long mails that were sent are remembered.
KEPT = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail about a record; ``reason`` is why it waits or was given up, a code with params."""

    id: int
    mail: str
    rule: str
    entity: str
    record: int
    recipients: Mapping[str, Sequence[str]]
    principal: Mapping[str, Any]
    message_id: str
    at: datetime
    state: str
    attempts: int
    next_at: datetime
    reason: Mapping[str, Any] | None
    sent_at: datetime | None


def put_mail(
    session: Session,
    *,
    mail: str,
    rule: str,
    about: tuple[str, int],
    recipients: Mapping[str, Sequence[str]],
    asker: Context,
) -> int:
    """Put a mail into the outbox in the transaction of its reason; return its number.

    It is written with the rights of ``asker`` when it is sent. Without an address it is there as
    one that failed, so that somebody sees it.
    """
    now = session.context.now
    reason = None if recipients.get("to") else _written(Message("mail_no_address"))
    values = {
        "mail": mail,
        "rule": rule,
        "entity": about[0],
        "record": about[1],
        "recipients": {name: list(each) for name, each in recipients.items()},
        "principal": written_principal(asker),
        "message_id": f"<{uuid4().hex}@cardwright>",
        "at": now,
        "state": FAILED if reason else WAITING,
        "attempts": 0,
        "next_at": now,
        "reason": reason,
    }
    return int(session.scalar(insert(cw_mail).values(**values).returning(cw_mail.c.id)))


def due_mails(session: Session, limit: int = 100) -> list[Mail]:
    """Return mails whose time has come, the oldest first."""
    statement = select(cw_mail).where(
        cw_mail.c.state == WAITING, cw_mail.c.next_at <= session.context.now
    )
    return [_mail(row) for row in session.rows(statement.order_by(cw_mail.c.id).limit(limit))]


def list_mails(session: Session, state: str = "", limit: int = 50) -> list[Mail]:
    """Return the newest mails, of one state or of all."""
    statement = select(cw_mail).order_by(cw_mail.c.id.desc()).limit(limit)
    if state:
        statement = statement.where(cw_mail.c.state == state)
    return [_mail(row) for row in session.rows(statement)]


def note_sent(session: Session, mail: int, left_out: Message | None = None) -> None:
    """Note that the server has taken a mail, and whom of several it would not take it for."""
    now = session.context.now
    _change(session, mail, {"state": SENT, "sent_at": now, "reason": _written(left_out)})


def note_refused(session: Session, mail: int, reason: Message, again_at: datetime | None) -> None:
    """Note why a mail did not go; without a time to try again it is given up."""
    values: dict[str, Any] = {
        "reason": _written(reason),
        "attempts": cw_mail.c.attempts + 1,
    }
    later = {"state": FAILED} if again_at is None else {"next_at": again_at}
    _change(session, mail, {**values, **later})


def note_held(session: Session, reason: Message) -> int:
    """Note why nothing is sent at all; what is due stays so. Return how many wait."""
    waiting = update(cw_mail).where(cw_mail.c.state == WAITING)
    statement = waiting.values(reason=_written(reason))
    return int(session.execute(statement).rowcount)


def send_again(session: Session, mail: int) -> None:
    """Let a mail that was given up wait again; raise NotFoundError or ConflictError."""
    row = session.row(select(cw_mail.c.state, cw_mail.c.recipients).where(cw_mail.c.id == mail))
    if row is None:
        raise NotFoundError(Message("not_found"))
    if row[0] != FAILED or not row[1].get("to"):
        raise ConflictError(Message.of("mail_not_failed", state=row[0]))
    now = session.context.now
    _change(session, mail, {"state": WAITING, "attempts": 0, "next_at": now, "reason": None})


def sweep_mails(session: Session) -> int:
    """Forget mails that were sent long ago; return how many."""
    before = session.context.now - KEPT
    statement = delete(cw_mail).where(cw_mail.c.state == SENT, cw_mail.c.sent_at < before)
    return int(session.execute(statement).rowcount)


def _change(session: Session, mail: int, values: Mapping[str, Any]) -> None:
    session.execute(update(cw_mail).where(cw_mail.c.id == mail).values(**values))


def _written(reason: Message | None) -> dict[str, Any] | None:
    return None if reason is None else {"code": reason.code, "params": dict(reason.params)}


def _mail(row: Row[Any]) -> Mail:
    return Mail(**dict(row._mapping))
