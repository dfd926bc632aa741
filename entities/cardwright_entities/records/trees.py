"""Closure tables: who stands above whom, kept with every change of a parent; cycles refused."""

from __future__ import annotations

from sqlalchemy import Integer, and_, delete, insert, literal, select

from cardwright_entities.errors import InputError, Message
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session


def keep_closure(session: Session, draft: Draft) -> None:
    """Bring the closure table of a tree up to date with a record's parent."""
    entity = draft.entity
    closure = entity.tables.closure
    if closure is None or entity.tree is None:
        return
    parent = draft.values.get(entity.tree.name)
    record = draft.id
    if draft.is_new:
        session.execute(insert(closure).values(ancestor=record, descendant=record, depth=0))
    elif parent == (draft.stored or {}).get(entity.tree.name):
        return
    else:
        _refuse_cycle(session, draft, parent)
        below = select(closure.c.descendant).where(closure.c.ancestor == record)
        session.execute(
            delete(closure).where(
                closure.c.descendant.in_(below.scalar_subquery()),
                closure.c.ancestor.not_in(below.scalar_subquery()),
            )
        )
    if parent is None:
        return
    above, below_record = closure.alias("above"), closure.alias("below")
    pairs = select(
        above.c.ancestor,
        below_record.c.descendant,
        (above.c.depth + below_record.c.depth + literal(1, Integer)).label("depth"),
    ).select_from(
        above.join(
            below_record, and_(above.c.descendant == parent, below_record.c.ancestor == record)
        )
    )
    session.execute(insert(closure).from_select(["ancestor", "descendant", "depth"], pairs))


def _refuse_cycle(session: Session, draft: Draft, parent: object) -> None:
    closure = draft.entity.tables.closure
    assert closure is not None
    assert draft.entity.tree is not None
    if parent is None:
        return
    found = select(closure.c.depth).where(
        closure.c.ancestor == draft.id, closure.c.descendant == parent
    )
    if session.row(found) is not None:
        raise InputError({draft.prefix + draft.entity.tree.name: [Message("cycle")]})
