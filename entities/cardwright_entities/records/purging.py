"""Records in the recycle bin go for good: with their lines, history and what is kept of them.

Nothing else changes. A record that another one still points at, living or in the bin, stays; all
that belongs together may go together. Which rows of the platform's own tables are a record's is
said by the tables: by a column whose ``info`` names an entity and the column of its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, and_, delete, or_, select, update

from cardwright_entities.access.features import PURGE
from cardwright_entities.audit.kinds import PURGED
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.gate import Records
from cardwright_entities.records.holding import Hold, holds_on, lines_below
from cardwright_entities.store.driver_errors import ReferenceViolation
from cardwright_entities.store.every_table import every_table
from cardwright_entities.store.sessions import Session

#: A record: the name of its entity, and its number.
Place = tuple[str, int]


@dataclass(frozen=True)
class Refused:
    """Why a record stays; ``holders`` are the records that point at it, heads of lines."""

    entity: str
    record: int
    message: Message
    holders: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Purged:
    """What went for good, by entity, and what stayed."""

    gone: Mapping[str, tuple[int, ...]]
    lines: int
    refused: tuple[Refused, ...] = ()

    @property
    def count(self) -> int:
        """Return how many records went, lines not counted."""
        return sum(len(each) for each in self.gone.values())


class Going:
    """The records that are to go, with all their lines."""

    def __init__(self, gate: Records, chosen: Mapping[str, Collection[int]]) -> None:
        self.heads = {name: set(ids) for name, ids in chosen.items() if ids}
        self._of_head: dict[str, dict[int, Place]] = defaultdict(dict)  # line entity → line → head
        for name, ids in self.heads.items():
            for line, found in lines_below(gate.session, gate.model, gate.model.entity(name), ids):
                self._of_head[line.name].update({each: (name, at) for each, at in found.items()})

    def all(self) -> dict[str, set[int]]:
        """Return heads and lines by entity, lines first."""
        lines = {name: set(found) for name, found in self._of_head.items() if found}
        return {**lines, **{name: ids for name, ids in self.heads.items() if ids}}

    def head_of(self, entity: str, record: int) -> Place:
        """Return the head of a line, of all others themselves."""
        return self._of_head.get(entity, {}).get(record, (entity, record))

    def leave(self, place: Place) -> None:
        """Let a head stay, with its lines."""
        self.heads[place[0]].discard(place[1])
        for found in self._of_head.values():
            for line in [each for each, head in found.items() if head == place]:
                del found[line]

    @property
    def lines(self) -> int:
        """Return how many lines go."""
        return sum(len(found) for found in self._of_head.values())


def look(gate: Records, chosen: Mapping[str, Collection[int]]) -> Purged:
    """Tell what a purge would do; raise AccessError, NotFoundError."""
    going, refused = _prepare(gate, chosen, lock=False)
    return _told(going, refused)


def purge(gate: Records, chosen: Mapping[str, Collection[int]], *, reason: str = "") -> Purged:
    """Let records of the recycle bin go for good, but for those that something points at.

    ``reason``: why, kept in the log.
    Raise AccessError without the right, NotFoundError for a record that the principal may not
    read or that is not in the bin.
    """
    going, refused = _prepare(gate, chosen, lock=True)
    try:
        with gate.session.savepoint():
            _remove(gate, going)
    except ReferenceViolation:
        # What was retired is in no model, and still points. So one by one: who is held stays.
        refused += _one_by_one(gate, going)
    for name, ids in going.heads.items():
        if ids:
            entity = gate.model.entity(name)
            record = next(iter(ids)) if len(ids) == 1 else None
            detail = {"reason": reason} if reason else None
            note(
                gate.session,
                PURGED,
                entity=entity.key,
                record=record,
                records=len(ids),
                detail=detail,
            )
    return _told(going, refused)


def check_right(gate: Records) -> None:
    """Raise AccessError unless the principal may let records go for good."""
    principal = gate.context.principal
    if not principal.is_system and not gate.policy.has_feature(principal, PURGE):
        raise AccessError(Message("not_allowed"))


def is_account(gate: Records, entity: EntityModel) -> bool:
    """Tell whether records of an entity are accounts: all that was done is in their names."""
    user = gate.model.catalog.player("user")
    return user is not None and user.name == entity.name


def _prepare(
    gate: Records, chosen: Mapping[str, Collection[int]], *, lock: bool
) -> tuple[Going, list[Refused]]:
    check_right(gate)
    refused: list[Refused] = []
    for name, ids in chosen.items():
        entity = _entity(gate, name)
        condition = rows_condition(gate.reading, entity, entity.table)
        found = gate.loader.records(
            entity, sorted(ids), condition=condition, lock=lock, alone=True, deleted=True
        )
        if set(ids) - set(found):
            raise NotFoundError(Message("not_found"))
        if is_account(gate, entity):
            refused += [Refused(name, each, Message("accounts_stay")) for each in sorted(ids)]
    going = Going(gate, chosen)
    for each in refused:
        going.leave((each.entity, each.record))
    refused += _leave_what_is_held(gate, going)
    return going, refused


def _entity(gate: Records, name: str) -> EntityModel:
    if name not in gate.model.catalog.entities or not gate.policy.may(
        gate.context.principal, name, "read"
    ):
        raise NotFoundError(Message("not_found"))
    entity = gate.model.entity(name)
    if entity.definition.owner:
        raise NotFoundError(Message("not_found"))
    gate.reading.decided.add(name)
    return entity


def _leave_what_is_held(gate: Records, going: Going) -> list[Refused]:
    """Let everything stay that something else points at, and what that points at in turn."""
    refused: list[Refused] = []
    while True:
        held: defaultdict[Place, list[Hold]] = defaultdict(list)
        everything = going.all()
        for name in everything:
            for hold in holds_on(gate.session, gate.model, gate.model.entity(name), everything):
                held[going.head_of(name, hold.target)].append(hold)
        if not held:
            return refused
        for place, holds in sorted(held.items()):
            going.leave(place)
            refused.append(_refusal(gate, place, holds))


def _refusal(gate: Records, place: Place, holds: Sequence[Hold]) -> Refused:
    living = any(not each.deleted for each in holds)
    holders: dict[Place, None] = {}
    for each in holds:
        owner = gate.model.entity(each.entity).definition.owner
        found = (
            (owner, each.head) if owner and each.head is not None else (each.entity, each.record)
        )
        holders.setdefault(found)
    code = "purge_held" if living else "purge_held_in_bin"
    return Refused(place[0], place[1], Message(code), tuple(holders))


def _one_by_one(gate: Records, going: Going) -> list[Refused]:
    """Let go what nothing retired holds; what is held by others of them only goes after those."""
    left = [(name, each) for name, ids in going.heads.items() for each in sorted(ids, reverse=True)]
    while True:
        held = [place for place in left if not _goes_alone(gate, place)]
        if held == left:
            break
        left = held
    for place in held:
        going.leave(place)
    return [Refused(name, each, Message("purge_held_by_retired")) for name, each in held]


def _goes_alone(gate: Records, place: Place) -> bool:
    name, record = place
    try:
        with gate.session.savepoint():
            _remove(gate, Going(gate, {name: {record}}))
    except ReferenceViolation:
        return False
    return True


def _remove(gate: Records, going: Going) -> None:
    everything = going.all()
    for name, ids in everything.items():
        entity = gate.model.entity(name)
        forget_rows(gate, entity, sorted(ids))
        _let_go_of_others(gate.session, entity, sorted(ids), everything)
    for name, ids in everything.items():
        entity = gate.model.entity(name)
        gate.session.execute(delete(entity.table).where(entity.table.c["id"].in_(sorted(ids))))
        for each in ids:
            gate.loader.forget(entity, each)


def forget_rows(gate: Records, entity: EntityModel, ids: Sequence[int]) -> None:
    """Delete what is kept of some records of an entity beside its own table.

    That is what the platform's own tables hold of them, their links to many, their place in a tree.
    """
    session, rules = gate.session, gate.model.catalog.rules.values()
    of_entity = sorted(each.name for each in rules if each.entity == entity.name)
    keys = {"entity": [entity.key, entity.name], "rule": of_entity}
    # Parts first: they are found by the whole.
    tables = sorted(every_table().values(), key=lambda each: not _parts(each))
    for table in tables:
        for column in _parts(table):
            whole = every_table()[column.info["part_of"]]
            for condition in _of_records(whole, keys, ids):
                inner = select(whole.c.id).where(condition)
                session.execute(delete(table).where(column.in_(inner)))
        for condition in _of_records(table, keys, ids):
            session.execute(delete(table).where(condition))
    for between in entity.tables.links.values():
        session.execute(delete(between).where(between.c.source.in_(ids)))
    closure = entity.tables.closure
    if closure is not None:
        gone = or_(closure.c.descendant.in_(ids), closure.c.ancestor.in_(ids))
        session.execute(delete(closure).where(gone))


def _of_records(
    table: Table, keys: Mapping[str, Sequence[str]], ids: Sequence[int]
) -> Iterator[Any]:
    for column in table.c:
        numbers = column.info.get("numbers")
        names = keys.get(str(column.info.get("names")), ())
        if numbers and names:
            yield and_(column.in_(names), table.c[numbers].in_(ids))


def _parts(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if "part_of" in column.info]


def _let_go_of_others(
    session: Session, entity: EntityModel, ids: Sequence[int], going: Iterable[str]
) -> None:
    """Empty the links of rows that are about to go: some point at each other in circles."""
    pointing = {
        each.columns[0].name: None
        for each in entity.stored
        if each.type.relation == "one" and set(each.targets) & set(going)
    }
    if pointing:
        table = entity.table
        session.execute(update(table).where(table.c["id"].in_(ids)).values(pointing))


def _told(going: Going, refused: Sequence[Refused]) -> Purged:
    gone = {name: tuple(sorted(ids)) for name, ids in going.heads.items() if ids}
    return Purged(gone, going.lines, tuple(sorted(refused, key=lambda each: each.record)))
