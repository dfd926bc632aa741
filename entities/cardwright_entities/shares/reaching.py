"""Which records of an entity are shared with somebody now: a select of ids for any statement.

A share reaches whoever it names: an employee, everybody in a team, everybody in a department or in
one below it, everybody with a role. One that has ended reaches nobody from that moment on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all

from cardwright_entities.contexts import Context, Principal
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.people.belonging import keep, parts_around, teams_of
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.share_tables import cw_share

READ, EDIT = "read", "edit"

#: Names of the expressions → the levels of which such a share may be.
LEVELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"$shared": (READ, EDIT), "$shared_to_edit": (EDIT,)}
)


def shared_ids(model: Model, context: Context, name: str, entity: str) -> Any | None:  # noqa: ANN401 - one select, or several
    """Return a select of the records of an entity that ``$shared`` means; None if none can be."""
    if entity not in model.catalog.entities:
        return None
    found = [
        _in_force(context, model.entity(entity), LEVELS[name], condition)
        for condition in _kept(model, context.principal)
    ]
    return union_all(*found) if found else None


def shared_records(session: Session, model: Model, name: str) -> tuple[RecordRef, ...]:
    """Return the records that ``$shared.customer`` means to whoever reads."""
    root, entity = name.split(".")
    found = shared_ids(model, session.context, root, entity)
    rows = () if found is None else session.rows(found)
    return tuple(RecordRef(entity, each) for each in sorted({row[0] for row in rows}))


def _in_force(
    context: Context, entity: EntityModel, levels: tuple[str, ...], condition: ColumnElement[bool]
) -> Select[Any]:
    table = cw_share
    return select(table.c.record).where(
        table.c.entity == entity.key,
        table.c.level.in_(levels),
        lasts(context),
        condition,
    )


def lasts(context: Context) -> ColumnElement[bool]:
    """Return whether a share is in force at the moment of a request."""
    until = cw_share.c.until
    return and_(cw_share.c.ended_at.is_(None), or_(until.is_(None), until > context.now))


def _kept(model: Model, principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """Return what the holder of a share is, made once for whoever is the same to a share."""
    roles = sorted(principal.roles & set(model.catalog.roles))
    key = ("$shared", principal.employee, principal.department, *roles)
    return keep(model, key, lambda: tuple(_reached(model, principal, roles)))


def _reached(
    model: Model, principal: Principal, roles: Sequence[str]
) -> Iterator[ColumnElement[bool]]:
    """Yield what the holder of a share is, each way in which it reaches the principal."""
    table = cw_share
    if principal.employee is not None:
        yield from _is_of(model, "employee", table.c.holder == principal.employee)
        teams = teams_of(model, principal.employee)
        if teams is not None:
            yield from _is_of(model, "team", table.c.holder.in_(teams))
    if principal.department is not None:
        above = parts_around(model, "department", principal.department)
        if above is not None:
            yield from _is_of(model, "department", table.c.holder.in_(above))
    if roles:
        nobody = and_(table.c.holder_type == "", table.c.holder == literal(0))
        yield and_(nobody, table.c.role.in_(roles))


def _is_of(model: Model, part: str, holder: ColumnElement[bool]) -> Iterator[ColumnElement[bool]]:
    player = model.catalog.player(part)
    if player is not None:
        yield and_(cw_share.c.holder_type == (player.id or player.name), holder)
