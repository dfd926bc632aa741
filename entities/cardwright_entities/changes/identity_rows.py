"""The recorded identities: the only place that reads and writes ``cw_identity``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from cardwright_entities.changes.identities import Identity
from cardwright_entities.store.platform_tables import cw_identity
from cardwright_entities.store.sessions import Session


def load_identities(session: Session) -> tuple[Identity, ...]:
    """Read all identities that were ever given."""
    columns = cw_identity.c
    rows = session.rows(
        select(
            columns.id,
            columns.pack,
            columns.address,
            columns.physical,
            columns.number,
            columns.retired_at,
        )
    )
    return tuple(
        Identity(
            row.id, row.pack, row.address, row.physical, row.number, row.retired_at is not None
        )
        for row in rows
    )


def retired_moments(session: Session) -> dict[str, datetime]:
    """Return since when everything retired is so, by id."""
    held = cw_identity.c
    rows = session.rows(select(held.id, held.retired_at).where(held.retired_at.is_not(None)))
    return {row.id: row.retired_at for row in rows}


def count_identities(session: Session) -> int:
    """Return how many identities were ever given."""
    return int(session.scalar(select(func.count()).select_from(cw_identity)))


def reserve_names(session: Session, unused: Iterable[Identity], commit: int) -> None:
    """Keep physical names from being given again: their commit was taken back, they may be there.

    The identities themselves are free: the next try gives them to the same definitions.
    """
    kept = [
        replace(each, id=f"{each.id}~{commit}", address=f"{each.address}~{commit}", retired=True)
        for each in unused
        if each.physical
    ]
    record_identities(session, kept, ())


def moved_names(session: Session, changed: Iterable[Identity]) -> tuple[Identity, ...]:
    """Return those of changed identities whose physical name is another than the recorded one."""
    recorded = {each.id: each.physical for each in load_identities(session)}
    return tuple(each for each in changed if each.physical != recorded.get(each.id))


def record_identities(
    session: Session, new: Iterable[Identity], changed: Iterable[Identity]
) -> None:
    """Write the identities of a plan: those given by it, and those at another address."""
    now = session.context.now
    added = [
        {
            "id": each.id,
            "pack": each.pack,
            "address": each.address,
            "physical": each.physical,
            "number": each.number,
            "retired_at": now if each.retired else None,
        }
        for each in new
    ]
    if added:
        session.execute(insert(cw_identity), added)
    moved = [
        {
            "key": each.id,
            "to": each.address,
            "column": each.physical,
            "retired": now if each.retired else None,
        }
        for each in changed
    ]
    if moved:
        session.execute(
            update(cw_identity)
            .where(cw_identity.c.id == bindparam("key"))
            .values(
                address=bindparam("to"),
                physical=bindparam("column"),
                retired_at=bindparam("retired"),
            ),
            moved,
        )
