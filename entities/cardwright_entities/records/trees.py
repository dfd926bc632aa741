"""Closure tables: who stands above whom, kept with every change of a parent; cycles refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Integer, and_, bindparam, delete, insert, literal, select

from cardwright_entities.errors import InputError, Message
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session

_COLUMNS = ("ancestor", "descendant", "depth")


def keep_closures(session: Session, drafts: Iterable[Draft]) -> None:
    """Bring the closure tables of trees up to date with the parents of written records."""
    added: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.entity.tables.closure is None or draft.entity.tree is None:
            continue
        if draft.is_new:
            added[draft.entity.name].append(draft)
        else:
            _move(session, draft)
    for same in added.values():
        _add(session, same)


def _add(session: Session, drafts: Sequence[Draft]) -> None:
    """Put new records of one entity under their parents; nothing stands below them yet."""
    closure, tree = drafts[0].entity.tables.closure, drafts[0].entity.tree
    assert closure is not None
    assert tree is not None
    own = [{"ancestor": each.id, "descendant": each.id, "depth": 0} for each in drafts]
    session.execute(insert(closure), own)
    placed = [
        {"record": each.id, "parent": each.values[tree.name]}
        for each in drafts
        if each.values.get(tree.name) is not None
    ]
    if placed:
        above = select(
            closure.c.ancestor, bindparam("record", type_=BigInteger), closure.c.depth + 1
        ).where(closure.c.descendant == bindparam("parent"))
        session.execute(insert(closure).from_select(_COLUMNS, above), placed)


def _move(session: Session, draft: Draft) -> None:
    closure, tree = draft.entity.tables.closure, draft.entity.tree
    assert closure is not None
    assert tree is not None
    record, parent = draft.id, draft.values.get(tree.name)
    if parent == (draft.stored or {}).get(tree.name):
        return
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
    session.execute(insert(closure).from_select(_COLUMNS, pairs))


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
