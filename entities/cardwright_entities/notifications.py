"""What people should know: told inside the application, about records they may still read.

A notification holds a message, never a title or a value of its record: those are looked up when it
is read, with the rights that the reader has then. One about a record that he may no longer read is
not there for him, neither in the list nor in the count. One about a record that was merged is about
the one that stayed, as long as the merge is not undone.

Notice channels carry it outside as well, where what causes it names them or its reader wants that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.errors import Message
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.outbox import NOTICE, SEND, Wanted, put_message_to
from cardwright_entities.preferences import read_preferences
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.records.merged import merged_into
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.telling_tables import cw_notification

#: Unread ones that are looked at to be counted; beyond them a count says "and more".
MOST_COUNTED = 100

#: How long those that were read are kept.
KEPT = timedelta(days=90)

#: Before the name of a channel: the address of what somebody wants to hear by it.
CHOICES = "notices/"
#: What he may want of a channel beside what definitions say.
EVERYTHING, NOTHING = "all", "none"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to tell. ``kind`` groups them: assigned, approval, alert, mention, reminder, job.

    ``entity`` is the id of the entity of ``record``. A ``key`` makes sure that the same thing is
    told to the same person once. ``through``: channels that carry it outside.
    """

    kind: str
    message: Message
    entity: str = ""
    record: int | None = None
    key: str = ""
    through: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What one person was told; ``entity`` and ``title`` are those of the record, if any."""

    id: int
    at: datetime
    kind: str
    message: Message
    entity: str = ""
    record: int | None = None
    title: str = ""
    cause: int | None = None
    read_at: datetime | None = None


@dataclass(frozen=True)
class Unread:
    """How many are unread; ``exact`` is false where there are more than were counted."""

    count: int
    exact: bool
    newest: int = field(default=0)  #: id of the newest, for those who ask again


def notify(session: Session, accounts: Iterable[int], notice: Notice) -> int:
    """Tell some accounts something, in the transaction that causes it; return how many.

    Who causes it is not told. Whoever was told the same before, by its key, is not told again.
    """
    own = session.context.principal.account
    wanted = sorted({each for each in accounts if each != own})
    if notice.key and wanted:
        told = select(cw_notification.c.account).where(
            cw_notification.c.account.in_(wanted), cw_notification.c.key == notice.key
        )
        known = {row[0] for row in session.rows(told)}
        wanted = [each for each in wanted if each not in known]
    rows: dict[int, dict[str, Any]] = {
        account: {
            "account": account,
            "at": session.context.now,
            "kind": notice.kind,
            "message": [notice.message.code, [list(each) for each in notice.message.params]],
            "entity": notice.entity,
            "record": notice.record,
            "cause": own,
            "key": notice.key or None,
        }
        for account in wanted
    }
    carried = _carried(session, notice, wanted)
    if plain := [row for account, row in rows.items() if account not in carried]:
        session.execute(insert(cw_notification), plain)
    names = names_of_accounts(session, carried)
    for account, channels in carried.items():
        _carry(session, rows[account], channels, names.get(account, ""))
    if carried:
        Jobs().enqueue(session, SEND, {}, cause="notices")
    return len(rows)


def read_notifications(
    session: Session,
    reading: Reading,
    *,
    limit: int = 50,
    before: int | None = None,
    unread: bool = False,
) -> list[Notification]:
    """Return what the reader was told, newest first, without what he may not know any more."""
    account = reading.context.principal.account
    table = cw_notification
    statement = select(
        table.c.id,
        table.c.at,
        table.c.kind,
        table.c.message,
        table.c.entity,
        table.c.record,
        table.c.cause,
        table.c.read_at,
    ).where(table.c.account == account)
    if before is not None:
        statement = statement.where(table.c.id < before)
    if unread:
        statement = statement.where(table.c.read_at.is_(None))
    rows = session.rows(statement.order_by(table.c.id.desc()).limit(limit))
    return _known(session, reading, rows)


def count_unread(session: Session, reading: Reading) -> Unread:
    """Count what the reader has not read yet and may know."""
    found = read_notifications(session, reading, limit=MOST_COUNTED + 1, unread=True)
    newest = max((each.id for each in found), default=0)
    return Unread(min(len(found), MOST_COUNTED), len(found) <= MOST_COUNTED, newest)


def newest_notification(session: Session) -> int:
    """Return the id of the newest notification, whoever was told; 0 before the first."""
    return int(session.scalar(select(func.max(cw_notification.c.id))) or 0)


def accounts_told(session: Session, after: int) -> set[int]:
    """Return the accounts that were told something after a notification."""
    told = select(cw_notification.c.account).where(cw_notification.c.id > after).distinct()
    return {int(row[0]) for row in session.rows(told)}


def mark_read(session: Session, ids: Sequence[int] | None = None) -> int:
    """Note that the principal has read some notifications, without ids all; return how many."""
    table = cw_notification
    statement = (
        update(table)
        .where(table.c.account == session.context.principal.account, table.c.read_at.is_(None))
        .values(read_at=session.context.now)
    )
    if ids is not None:
        statement = statement.where(table.c.id.in_(list(ids)))
    return int(session.execute(statement).rowcount)


def sweep_notifications(session: Session) -> int:
    """Forget what was read long ago; return how many."""
    before = session.context.now - KEPT
    statement = delete(cw_notification).where(cw_notification.c.read_at < before)
    return int(session.execute(statement).rowcount)


def read_notification(session: Session, reading: Reading, number: int) -> Notification | None:
    """Return one thing that the reader was told, None where he may not know it any more."""
    found = read_notifications(session, reading, limit=1, before=number + 1)
    return found[0] if found and found[0].id == number else None


def _carried(
    session: Session, notice: Notice, accounts: Sequence[int]
) -> Mapping[int, Sequence[str]]:
    """Return the channels by which each of some accounts is told, of those that have one."""
    if not accounts:
        return {}
    found = {}
    for account, chosen in read_preferences(session, CHOICES, accounts).items():
        asked = {name for name, wish in chosen.items() if wish == EVERYTHING}
        refused = {name for name, wish in chosen.items() if wish == NOTHING}
        if names := ({*notice.through} | asked) - refused:
            found[account] = sorted(names)
    return found


def _carry(session: Session, row: Mapping[str, Any], channels: Iterable[str], name: str) -> None:
    """Store a notification and put it into the outbox, once for each channel.

    The message holds its number alone: what it says is read when it goes.
    """
    number = session.insert_row(cw_notification, row)
    for channel in channels:
        carried = Wanted(
            channel=NOTICE,
            name=channel,
            rule="",
            entity=row["entity"],
            record=row["record"] or 0,
            recipients={"to": [name]},
            key=f"{NOTICE}/{channel}/{number}",
        )
        put_message_to(session, carried, row["account"])


def _known(
    session: Session, reading: Reading, rows: Sequence[Sequence[object]]
) -> list[Notification]:
    keys = {(str(row[4]), int(str(row[5]))) for row in rows if row[4] and row[5] is not None}
    stayed = merged_into(session, keys)
    made = [_notification(reading, row, stayed) for row in rows]
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for each in made:
        if each.entity and each.record is not None:
            wanted[each.entity].add(each.record)
    titles: Titles = {}
    for entity, records in sorted(wanted.items()):
        titles |= titles_of(session, reading, entity, records)
    return [
        _titled(each, titles)
        for each in made
        if each.record is None or (each.entity, each.record) in titles
    ]


def _notification(
    reading: Reading, row: Sequence[object], stayed: Mapping[tuple[str, int], int]
) -> Notification:
    number, at, kind, message, key, record, cause, read_at = row
    assert isinstance(message, list)
    assert isinstance(at, datetime)
    code, params = message
    found = reading.model.by_id(str(key)) if key else None
    name = found.name if found is not None else str(key)
    known = name in reading.model.catalog.entities
    return Notification(
        id=int(str(number)),
        at=at,
        kind=str(kind),
        message=Message(code, tuple((name, value) for name, value in params)),
        entity=name if known else "",
        record=stayed.get((str(key), record), record) if isinstance(record, int) else None,
        cause=cause if isinstance(cause, int) else None,
        read_at=read_at if isinstance(read_at, datetime) else None,
    )


def _titled(notification: Notification, titles: Titles) -> Notification:
    if notification.record is None:
        return notification
    title = titles[notification.entity, notification.record]
    return replace(notification, title=title)
