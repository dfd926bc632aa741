"""The rows of views and of their shares: read with whoever they reach, written. No rights here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, false, insert, or_, select, update

from cardwright_entities.contexts import Principal
from cardwright_entities.model.model import Model
from cardwright_entities.people.belonging import groups_of
from cardwright_entities.saved_views.bodies import Body, read_body, write_body
from cardwright_entities.store.sessions import AnyRow, Session
from cardwright_entities.store.view_tables import cw_view, cw_view_share

#: How long a deleted view can be taken back.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Holder:
    """With whom: a record of an entity (by its id), a role, or everybody (all empty)."""

    kind: str = ""
    id: int = 0
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class StoredView:
    """A view that somebody keeps; ``entity`` is an id."""

    id: int
    entity: str
    account: int
    folder: str
    name: str
    body: Body
    position: int
    version: int
    changed_at: datetime
    changed_by: int
    is_shared: bool
    deleted_at: datetime | None = None


def reached_views(session: Session, model: Model, entity: str | None = None) -> list[StoredView]:
    """Return the views that the principal keeps or that are shared with him, his own first."""
    principal = session.context.principal
    conditions = [cw_view.c.deleted_at.is_(None), _reached(model, principal)]
    if entity is not None:
        conditions.append(cw_view.c.entity == entity)
    found = _select(session, *conditions)
    own = [each for each in found if each.account == principal.account]
    others = [each for each in found if each.account != principal.account]
    own.sort(key=lambda each: (each.position, each.id))
    others.sort(key=lambda each: (each.name, each.id))
    return [*own, *others]


def reached_view(session: Session, model: Model, view: int) -> StoredView | None:
    """Return a view that the principal keeps or that is shared with him."""
    there = and_(cw_view.c.id == view, cw_view.c.deleted_at.is_(None))
    return next(iter(_select(session, there, _reached(model, session.context.principal))), None)


def stored_view(session: Session, view: int) -> StoredView | None:
    """Return a view, whomever it reaches."""
    return next(iter(_select(session, cw_view.c.id == view)), None)


def deleted_view(session: Session, model: Model, view: int, *, own: bool) -> StoredView | None:
    """Return a view that was deleted: one of the principal's own, else one that reached him."""
    principal = session.context.principal
    gone = and_(cw_view.c.id == view, cw_view.c.deleted_at.is_not(None))
    whose = cw_view.c.account == principal.account if own else _reached(model, principal)
    return next(iter(_select(session, gone, whose)), None)


def lock_view(session: Session, view: int) -> None:
    """Let nobody else change a view until this transaction ends."""
    session.execute(select(cw_view.c.id).where(cw_view.c.id == view).with_for_update())


def names_of_views(session: Session, account: int, entity: str, *, besides: int = 0) -> set[str]:
    """Return what somebody's views of an entity are called."""
    statement = select(cw_view.c.name).where(
        cw_view.c.account == account,
        cw_view.c.entity == entity,
        cw_view.c.deleted_at.is_(None),
        cw_view.c.id != besides,
    )
    return {row[0] for row in session.rows(statement)}


def insert_view(session: Session, entity: str, name: str, folder: str, body: Body) -> int:
    """Keep a view of the principal's own, behind his others."""
    account, now = session.context.principal.account, session.context.now
    places = select(cw_view.c.position).where(
        cw_view.c.account == account, cw_view.c.entity == entity
    )
    row = {
        "entity": entity,
        "account": account,
        "folder": folder,
        "name": name,
        "body": write_body(body),
        "position": 1 + max((each[0] for each in session.rows(places)), default=0),
        "version": 1,
        "created_at": now,
        "changed_at": now,
        "changed_by": account,
    }
    return session.insert_row(cw_view, row)


def update_view(session: Session, view: int, values: Mapping[str, Any], *, told: bool) -> None:
    """Change columns of a view; ``told``: as a new version by the principal."""
    changed = dict(values)
    if isinstance(changed.get("body"), Body):
        changed["body"] = write_body(changed["body"])
    if told:
        changed["version"] = cw_view.c.version + 1
        changed["changed_at"] = session.context.now
        changed["changed_by"] = session.context.principal.account
    session.execute(update(cw_view).where(cw_view.c.id == view).values(changed))


def holders_of(session: Session, views: Collection[int]) -> dict[int, list[Holder]]:
    """Return with whom views are shared."""
    found: dict[int, list[Holder]] = {each: [] for each in views}
    columns = cw_view_share.c
    statement = (
        select(columns.view, columns.holder_type, columns.holder, columns.role)
        .where(columns.view.in_(sorted(found)))
        .order_by(columns.view, columns.holder_type, columns.holder, columns.role)
    )
    for view, kind, number, role in session.rows(statement) if found else ():
        found[view].append(Holder(kind, number, role))
    return found


def share_with(session: Session, view: int, holders: Iterable[Holder]) -> None:
    """Share a view with these and nobody else."""
    session.execute(delete(cw_view_share).where(cw_view_share.c.view == view))
    rows = [
        {"view": view, "holder_type": each.kind, "holder": each.id, "role": each.role}
        for each in dict.fromkeys(holders)
    ]
    if rows:
        session.execute(insert(cw_view_share), rows)


def sweep_views(session: Session) -> int:
    """Forget views that were deleted long ago; return how many."""
    before = session.context.now - KEPT
    gone = [
        row[0] for row in session.rows(select(cw_view.c.id).where(cw_view.c.deleted_at < before))
    ]
    if gone:
        session.execute(delete(cw_view_share).where(cw_view_share.c.view.in_(gone)))
        session.execute(delete(cw_view).where(cw_view.c.id.in_(gone)))
    return len(gone)


def _reached(model: Model, principal: Principal) -> ColumnElement[bool]:
    if principal.account is None:
        return false()
    table = cw_view_share.c
    everybody = and_(table.holder_type == "", table.role == "")
    ways: list[ColumnElement[bool]] = [everybody]
    if principal.roles:
        ways.append(and_(table.holder_type == "", table.role.in_(sorted(principal.roles))))
    groups = groups_of(model, principal.account)
    player = model.catalog.player("user_group")
    if groups is not None and player is not None:
        ways.append(and_(table.holder_type == (player.id or player.name), table.holder.in_(groups)))
    shared = exists(select(table.view).where(table.view == cw_view.c.id, or_(*ways)))
    return or_(cw_view.c.account == principal.account, shared)


def _select(session: Session, *conditions: ColumnElement[bool]) -> list[StoredView]:
    shared = exists(select(cw_view_share.c.view).where(cw_view_share.c.view == cw_view.c.id))
    statement = select(*cw_view.c, shared.label("is_shared")).where(*conditions)
    return [_stored(row) for row in session.rows(statement.order_by(cw_view.c.id))]


def _stored(row: AnyRow) -> StoredView:
    return StoredView(
        id=row.id,
        entity=row.entity,
        account=row.account,
        folder=row.folder,
        name=row.name,
        body=read_body(row.body),
        position=row.position,
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        is_shared=bool(row.is_shared),
        deleted_at=row.deleted_at,
    )
