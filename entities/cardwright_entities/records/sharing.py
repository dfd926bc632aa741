"""Sharing single records: who may do it, with whom, and what others may see of it.

To share needs the right to share on the record; whoever shares it for editing has to be able to
edit it himself. Shares of a record are told to whoever may read the record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cardwright_entities.access.scopes import SHARING
from cardwright_entities.audit.kinds import SHARE_ENDED, SHARED
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import AccessError, InputError, Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.allowed import allowed_actions
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.gate import Records
from cardwright_entities.shares import keeping
from cardwright_entities.shares.keeping import Holder, Share
from cardwright_entities.shares.reaching import EDIT, READ

SHARE = "share"
#: Parts whose records a record may be shared with.
PARTS = ("employee", "team", "department")
#: Levels, the narrower first.
LEVELS = (READ, EDIT)
#: With so many at once.
MOST_HOLDERS = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """With whom a record is to be shared, how, and until when (None: for good)."""

    records: tuple[RecordRef, ...] = ()  #: employees, teams, departments, by the entity's name
    roles: tuple[str, ...] = ()
    level: str = READ
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SharedWith:
    """A share as it is told: with a record by its entity's name, or with a role."""

    id: int
    record: int
    holder: RecordRef | None
    role: str
    level: str
    until: datetime | None
    by: int | None
    at: datetime


def is_sharable(entity: EntityModel) -> bool:
    """Tell whether single records of an entity may be shared at all."""
    return SHARING in entity.definition.features and not entity.definition.owner


def holders_of(model: Model) -> dict[str, str]:
    """Return the entities whose records one may share with: name → part."""
    players = {part: model.catalog.player(part) for part in PARTS}
    return {each.name: part for part, each in players.items() if each is not None}


def read_shares(gate: Records, entity_name: str, record: int) -> list[SharedWith]:
    """Return the shares of a record that are in force; raise NotFoundError."""
    entity = _sharable(gate, entity_name)
    gate.may_read(entity_name, record)
    return list(told_shares(gate, entity, [record]))


def told_shares(
    gate: Records, entity: EntityModel, records: Collection[int]
) -> Iterator[SharedWith]:
    """Yield the shares of records that their reader was seen to read."""
    for each in keeping.shares_of(gate.session, entity.key, records):
        told = _told(gate.model, each)
        if told is not None:
            yield told


def may_share(gate: Records, entity: EntityModel, record: int) -> frozenset[str]:
    """Return at which levels the principal may share a record that he may read: none, or some."""
    if not is_sharable(entity) or not gate.policy.may(gate.context.principal, entity.name, SHARE):
        return frozenset()
    allowed = allowed_actions(gate.session, gate.reading, entity, record, (SHARE, EDIT))
    return (allowed - {SHARE}) | {READ} if SHARE in allowed else frozenset()


def share(
    gate: Records, entity_name: str, record: int, wanted: Wanted, change_set: int
) -> list[Holder]:
    """Share a record; return who had no share before. Raise what is wrong, and where."""
    entity = _sharable(gate, entity_name)
    gate.may(entity_name, SHARE)
    gate.lock(entity, record, SHARE)
    levels = may_share(gate, entity, record)
    if wanted.level not in levels:
        raise AccessError(Message("share_beyond_own"))
    _check(gate, wanted)
    detail = {
        "with": [[each.entity, each.id] for each in wanted.records],
        "roles": list(wanted.roles),
        "level": wanted.level,
        "until": None if wanted.until is None else wanted.until.isoformat(),
    }
    note(gate.session, SHARED, entity=entity.key, record=record, records=1, detail=detail)
    return keeping.share_records(
        gate.session,
        entity.key,
        record,
        _holders(gate, wanted),
        wanted.level,
        wanted.until,
        change_set,
    )


def end_share(gate: Records, entity_name: str, record: int, number: int, change_set: int) -> None:
    """End one share of a record; raise NotFoundError where there is none."""
    entity = _sharable(gate, entity_name)
    gate.may(entity_name, SHARE)
    gate.lock(entity, record, SHARE)
    if number not in {each.id for each in keeping.shares_of(gate.session, entity.key, [record])}:
        raise NotFoundError(Message("not_found"))
    detail = {"share": number}
    note(gate.session, SHARE_ENDED, entity=entity.key, record=record, records=1, detail=detail)
    keeping.end_shares(gate.session, [number], change_set)


def undo_shares(
    gate: Records,
    change_set: int,
    new_set: int,
    *,
    parted: Collection[tuple[str, int]] | None = None,
) -> tuple[int, list[tuple[str, int]]]:
    """Take back what a change set did to shares; return how many records, and those left so.

    It needs the right to share. What moved because records were merged goes back with them:
    ``parted`` are those that a merge no longer holds together.
    """
    undone, left = 0, list[tuple[str, int]]()
    for key, record in keeping.touched_by(gate.session, change_set):
        entity = gate.model.by_id(key)
        if entity is None:
            continue
        if parted is None:
            allowed = is_sharable(entity) and _may_take_back(gate, entity, record)
        else:
            allowed = (entity.name, record) in parted
        if allowed and keeping.take_back_shares(gate.session, change_set, key, record, new_set):
            undone += 1
        else:
            left.append((entity.name, record))
    return undone, left


def _may_take_back(gate: Records, entity: EntityModel, record: int) -> bool:
    condition = rows_condition(gate.reading, entity, entity.table, SHARE)
    return bool(gate.loader.records(entity, [record], condition=condition))


def _sharable(gate: Records, name: str) -> EntityModel:
    gate.may(name, "read")
    entity = gate.model.entity(name)
    if not is_sharable(entity):
        raise NotFoundError(Message("not_found"))
    return entity


def _check(gate: Records, wanted: Wanted) -> None:
    problems: dict[str, list[Message]] = {}
    if wanted.level not in LEVELS:
        problems["level"] = [Message.of("not_in_list", value=wanted.level[:60])]
    if not wanted.records and not wanted.roles:
        problems["with"] = [Message("share_with_nobody")]
    if len(wanted.records) + len(wanted.roles) > MOST_HOLDERS:
        problems["with"] = [Message.of("too_many", max=MOST_HOLDERS)]
    if wanted.until is not None and wanted.until <= gate.context.now:
        problems["until"] = [Message("share_until_past")]
    if problems:
        raise InputError(problems)


def _holders(gate: Records, wanted: Wanted) -> list[Holder]:
    """Return with whom; raise InputError for who is not there, or not for this reader."""
    parts = holders_of(gate.model)
    by_entity: dict[str, list[int]] = {}
    for each in wanted.records:
        if each.entity not in parts:
            raise InputError({"with": [Message("unknown_record")]})
        by_entity.setdefault(each.entity, []).append(each.id)
    unknown = set(wanted.roles) - set(_roles(gate.model))
    for name, ids in by_entity.items():
        if not _readable(gate, name, ids):
            unknown.add(name)
    if unknown:
        raise InputError({"with": [Message("unknown_record")]})
    found = [Holder(kind=gate.model.entity(each.entity).key, id=each.id) for each in wanted.records]
    return [*found, *(Holder(role=each) for each in wanted.roles)]


def _readable(gate: Records, name: str, ids: Sequence[int]) -> bool:
    if not gate.policy.may(gate.context.principal, name, "read"):
        return False
    entity = gate.model.entity(name)
    condition = rows_condition(gate.reading, entity, entity.table)
    return set(gate.loader.records(entity, ids, condition=condition)) == set(ids)


def _roles(model: Model) -> Mapping[str, object]:
    return model.catalog.roles


def _told(model: Model, share: Share) -> SharedWith | None:
    """Return a share in names of today; None with what is no longer defined."""
    holder: RecordRef | None = None
    if share.holder.kind:
        entity = model.by_id(share.holder.kind)
        if entity is None:
            return None
        holder = RecordRef(entity.name, share.holder.id)
    return SharedWith(
        id=share.id,
        record=share.record,
        holder=holder,
        role=share.holder.role,
        level=share.level,
        until=share.until,
        by=share.by,
        at=share.at,
    )
