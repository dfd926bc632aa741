"""The rows of tags and favourites: made, named, given to records, taken away. Rights are not asked.

Whoever asks sees and changes his own marks alone. What ends stays for a while, so that it can be
brought back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import Context
from cardwright_entities.folding import fold, sort_key
from cardwright_entities.marks.reaching import own_account
from cardwright_entities.store.mark_tables import cw_mark, cw_mark_use
from cardwright_entities.store.sessions import Session

_USES = cw_mark_use.c


@dataclass(frozen=True)
class Mark:
    """A tag, or a favourites folder."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True)
class MarkedRecords:
    """All marks of whoever asks, and which of them some records bear."""

    marks: tuple[Mark, ...] = ()
    by_record: Mapping[int, tuple[Mark, ...]] = field(default_factory=dict)

    def of(self, record: int, kind: str) -> tuple[Mark, ...]:
        """Return the marks of one kind that a record bears."""
        return tuple(each for each in self.by_record.get(record, ()) if each.kind == kind)


def read_marks(session: Session, kind: str = "") -> list[Mark]:
    """Return the marks of whoever asks, the tags before the folders, each by their names."""
    account = own_account(session.context)
    if account is None:
        return []
    rows = session.rows(select(cw_mark.c.id, cw_mark.c.kind, cw_mark.c.name).where(_own(account)))
    return _ordered(Mark(*row) for row in rows if not kind or row[1] == kind)


def read_marked(session: Session, entity: str, records: Collection[int]) -> MarkedRecords:
    """Return all marks of whoever asks and which of them records bear, in one statement."""
    account = own_account(session.context)
    if account is None:
        return MarkedRecords()
    here = and_(
        _USES.mark == cw_mark.c.id,
        _USES.entity == entity,
        _USES.record.in_(sorted(records)),
        _USES.ended_at.is_(None),
    )
    rows = session.rows(
        select(cw_mark.c.id, cw_mark.c.kind, cw_mark.c.name, _USES.record)
        .select_from(cw_mark.outerjoin(cw_mark_use, here))
        .where(_own(account))
    )
    marks = {row[0]: Mark(row[0], row[1], row[2]) for row in rows}
    found: defaultdict[int, list[Mark]] = defaultdict(list)
    for row in rows:
        if row[3] is not None:
            found[row[3]].append(marks[row[0]])
    by_record = {record: tuple(_ordered(each)) for record, each in found.items()}
    return MarkedRecords(tuple(_ordered(marks.values())), by_record)


def used_in(session: Session, marks: Collection[int]) -> list[str]:
    """Return which entities, by their ids, have records with any of some marks."""
    if not marks:
        return []
    here = _USES.mark.in_(sorted(marks)), _USES.ended_at.is_(None)
    return sorted(row[0] for row in session.rows(select(_USES.entity).where(*here).distinct()))


def find_mark(session: Session, mark: int) -> Mark | None:
    """Return a mark of whoever asks, None for what is not there or somebody else's."""
    account = own_account(session.context)
    if account is None:
        return None
    statement = select(cw_mark.c.id, cw_mark.c.kind, cw_mark.c.name)
    row = session.row(statement.where(_own(account), cw_mark.c.id == mark))
    return None if row is None else Mark(*row)


def named_mark(session: Session, kind: str, name: str) -> Mark | None:
    """Return the mark of that name, whatever its case and width; None where there is none."""
    account = own_account(session.context)
    if account is None:
        return None
    statement = select(cw_mark.c.id, cw_mark.c.kind, cw_mark.c.name)
    known = _own(account), cw_mark.c.kind == kind, cw_mark.c.folded == fold(name)
    row = session.row(statement.where(*known))
    return None if row is None else Mark(*row)


def make_mark(session: Session, kind: str, name: str) -> Mark:
    """Return the mark of that name, made where there is none yet."""
    row = {
        "account": own_account(session.context),
        "kind": kind,
        "name": name,
        "folded": fold(name),
        "made_at": session.context.now,
    }
    # Somebody may make the same in another window at this moment.
    session.execute(_insert(session)(cw_mark).values(row).on_conflict_do_nothing())
    made = named_mark(session, kind, name)
    if made is None:
        raise AssertionError("a mark that was just made is there")
    return made


def rename_mark(session: Session, mark: int, name: str) -> None:
    """Call a mark otherwise; raise UniqueViolation where another is called so."""
    values = {"name": name, "folded": fold(name)}
    session.execute(update(cw_mark).where(cw_mark.c.id == mark).values(values))


def end_mark(session: Session, mark: int, change_set: int) -> None:
    """Delete a mark; its records go with it, and come back with it."""
    values = {"ended_in": change_set, "ended_at": session.context.now}
    session.execute(update(cw_mark).where(cw_mark.c.id == mark).values(values))


def count_used(session: Session, mark: int) -> int:
    """Return how many records bear a mark, whether they may be read or not."""
    statement = select(func.count()).select_from(cw_mark_use)
    return int(session.scalar(statement.where(_USES.mark == mark, _USES.ended_at.is_(None))))


def own_uses(context: Context, entity: str) -> Subquery | None:
    """Return the marks of whoever asks with the records of an entity that bear them, to join."""
    account = own_account(context)
    if account is None:
        return None
    statement = select(_USES.mark, _USES.record).join(cw_mark, cw_mark.c.id == _USES.mark)
    here = _USES.entity == entity, _USES.ended_at.is_(None)
    return statement.where(_own(account), *here).subquery("marked")


def give(
    session: Session, mark: Mark, entity: str, records: Collection[int], change_set: int | None
) -> int:
    """Give a mark to records that have been judged; return how many did not bear it yet."""
    known = session.rows(select(_USES.record).where(_borne(mark, entity, records)))
    new = sorted(set(records) - {row[0] for row in known})
    rows = [
        {
            "mark": mark.id,
            "account": session.context.principal.account,
            "entity": entity,
            "record": each,
            "at": session.context.now,
            "begun_in": change_set,
        }
        for each in new
    ]
    if rows:
        session.execute(_insert(session)(cw_mark_use).on_conflict_do_nothing(), rows)
    return len(new)


def take(
    session: Session, mark: Mark, entity: str, records: Collection[int], change_set: int | None
) -> int:
    """Take a mark from records; return how many bore it."""
    values = {"ended_in": change_set, "ended_at": session.context.now}
    borne = _borne(mark, entity, records)
    return session.execute(update(cw_mark_use).where(borne).values(values)).rowcount


def move_marks(
    session: Session, entity: str, records: Sequence[int], master: int, change_set: int
) -> None:
    """Let the master bear what records bore that become one with it, whosever marks they are."""
    here = _USES.entity == entity, _USES.ended_at.is_(None)
    moved = session.rows(
        select(_USES.mark, _USES.account).where(*here, _USES.record.in_(records)).distinct()
    )
    known = session.rows(select(_USES.mark).where(*here, _USES.record == master))
    ended = {"ended_in": change_set, "ended_at": session.context.now}
    session.execute(update(cw_mark_use).where(*here, _USES.record.in_(records)).values(ended))
    borne = {row[0] for row in known}
    _begin(session, entity, master, [row for row in moved if row[0] not in borne], change_set)


def take_back_marks(
    session: Session, change_set: int, new_set: int, where: ColumnElement[bool] | None = None
) -> int:
    """Undo what a change set did to marks, on some records or all; return on how many uses.

    What was marked again meanwhile stays as it is.
    """
    of_set = [] if where is None else [where]
    ended = {"ended_in": new_set, "ended_at": session.context.now}
    begun = and_(_USES.begun_in == change_set, _USES.ended_at.is_(None), *of_set)
    count = session.execute(update(cw_mark_use).where(begun).values(ended)).rowcount
    twin = cw_mark_use.alias()
    again = exists().where(
        twin.c.mark == _USES.mark,
        twin.c.entity == _USES.entity,
        twin.c.record == _USES.record,
        twin.c.ended_at.is_(None),
    )
    back = {"ended_in": None, "ended_at": None, "begun_in": new_set}
    gone = and_(_USES.ended_in == change_set, ~again, *of_set)
    count += session.execute(update(cw_mark_use).where(gone).values(back)).rowcount
    return count + (_bring_back(session, change_set) if where is None else 0)


def uses_of(records: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """Return the condition of the uses of some records, by the id of the entity and their own."""
    by_entity: defaultdict[str, list[int]] = defaultdict(list)
    for entity, record in sorted(records):
        by_entity[entity].append(record)
    parts = [
        and_(_USES.entity == entity, _USES.record.in_(ids)) for entity, ids in by_entity.items()
    ]
    return _any(parts)


def sweep_marks(session: Session, before: datetime) -> int:
    """Forget marks that ended before a moment, and what bore them; return how many uses."""
    gone = select(cw_mark.c.id).where(cw_mark.c.ended_at < before)
    old = (_USES.ended_at < before) | _USES.mark.in_(gone)
    count = session.execute(delete(cw_mark_use).where(old)).rowcount
    session.execute(delete(cw_mark).where(cw_mark.c.ended_at < before))
    return count


def _bring_back(session: Session, change_set: int) -> int:
    """Bring back the marks that a change set deleted, unless others are called so by now."""
    twin = cw_mark.alias()
    again = exists().where(
        twin.c.account == cw_mark.c.account,
        twin.c.kind == cw_mark.c.kind,
        twin.c.folded == cw_mark.c.folded,
        twin.c.ended_at.is_(None),
    )
    gone = and_(cw_mark.c.ended_in == change_set, ~again)
    back = {"ended_in": None, "ended_at": None}
    return session.execute(update(cw_mark).where(gone).values(back)).rowcount


def _begin(
    session: Session, entity: str, record: int, marks: Sequence[Sequence[Any]], change_set: int
) -> None:
    rows = [
        {
            "mark": row[0],
            "account": row[1],
            "entity": entity,
            "record": record,
            "at": session.context.now,
            "begun_in": change_set,
        }
        for row in marks
    ]
    if rows:
        session.execute(insert(cw_mark_use), rows)


def _own(account: int) -> ColumnElement[bool]:
    return and_(cw_mark.c.account == account, cw_mark.c.ended_at.is_(None))


def _borne(mark: Mark, entity: str, records: Collection[int]) -> ColumnElement[bool]:
    return and_(
        _USES.mark == mark.id,
        _USES.entity == entity,
        _USES.record.in_(sorted(records)),
        _USES.ended_at.is_(None),
    )


def _any(parts: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = parts[0]
    for each in parts[1:]:
        found = found | each
    return found


def _insert(session: Session) -> Any:  # noqa: ANN401 - one of two inserts that know conflicts
    return postgresql.insert if session.dialect == "postgresql" else sqlite.insert


def _ordered(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda each: (each.kind != "tag", sort_key(each.name), each.id))
