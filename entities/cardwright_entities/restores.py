"""After a restore nothing goes to the outside until somebody says so: what waits may have gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update

from cardwright_entities.audit.kinds import MESSAGES_RELEASED, RESTORED
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import Message
from cardwright_entities.store.restore_tables import cw_restore
from cardwright_entities.store.sessions import Session

_HELD = cw_restore.c.released_at.is_(None)


def note_restore(session: Session, taken_at: datetime) -> None:
    """Note that this database was made again from a backup: messages are held from now on."""
    session.execute(insert(cw_restore).values(at=session.context.now, taken_at=taken_at))
    note(session, RESTORED, detail={"taken_at": taken_at.isoformat()})


def held_since(session: Session) -> datetime | None:
    """Return of when the state is for which messages are held, None if they may go."""
    found: datetime | None = session.scalar(select(func.min(cw_restore.c.taken_at)).where(_HELD))
    return found


def held_message(session: Session) -> Message | None:
    """Return why nothing is sent, None if messages may go."""
    since = held_since(session)
    if since is None:
        return None
    local = since.astimezone(session.context.zone)
    return Message.of("outbox_restored", at=f"{local:%Y-%m-%d %H:%M}")


def release(session: Session, who: str) -> bool:
    """Let messages go again; return whether they were held."""
    values = {"released_at": session.context.now, "released_by": who}
    released = bool(session.execute(update(cw_restore).where(_HELD).values(**values)).rowcount)
    if released:
        note(session, MESSAGES_RELEASED, target=who)
    return released
