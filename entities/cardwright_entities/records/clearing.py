"""Emptying whole entities, as before going live: what hangs on them, in which order, in batches.

Definitions, accounts and settings stay. Nothing may be left that points at what goes: whoever
empties an entity empties what points at it too. No rule runs and no history is kept of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from cardwright_entities.access.features import CLEAR
from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_entities.model.dependencies import Place
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.gate import Records
from cardwright_entities.records.holding import ACCOUNTS
from cardwright_entities.records.numbering import forget_series
from cardwright_entities.records.purging import forget_rows, is_account

#: Records that go in one transaction, their lines with them.
BATCH = 500


@dataclass(frozen=True)
class Content:
    """How much an entity holds: records in use, in the recycle bin, and lines below them."""

    entity: str
    living: int
    deleted: int
    lines: int


@dataclass(frozen=True)
class Hanging:
    """What is not chosen and cannot stay alone: it points at what is, or is kept equal with it."""

    entity: str
    target: str
    records: int


def check_right(gate: Records) -> None:
    """Raise AccessError unless the principal may empty entities."""
    principal = gate.context.principal
    if not principal.is_system and not gate.policy.has_feature(principal, CLEAR):
        raise AccessError(Message("not_allowed"))


def clearable(gate: Records) -> list[EntityModel]:
    """Return the entities that the principal may empty: all of whose records he may read."""
    check_right(gate)
    found = [gate.model.entity(name) for name in gate.model.catalog.entities]
    return [
        each
        for each in found
        if not each.definition.owner
        and not is_account(gate, each)
        and gate.reading.rows(each.name) is True
    ]


def chosen_of(gate: Records, names: Collection[str]) -> list[EntityModel]:
    """Return chosen entities in the order in which they are emptied; raise NotFoundError."""
    known = {each.name: each for each in clearable(gate)}
    if not names or set(names) - set(known):
        raise NotFoundError(Message("not_found"))
    return _in_order(gate.model, [known[name] for name in sorted(set(names))])


def content_of(gate: Records, entity: EntityModel) -> Content:
    """Count what an entity holds."""
    gone = entity.table.c["deleted_at"]
    counted = select(func.count(), func.count(gone)).select_from(entity.table)
    row = gate.session.row(counted)
    whole, deleted = (int(row[0]), int(row[1])) if row is not None else (0, 0)
    lines = sum(_count(gate, line) for line in _lines(gate.model, entity))
    return Content(entity.name, whole - deleted, deleted, lines)


def hanging_on(gate: Records, chosen: Sequence[EntityModel]) -> list[Hanging]:
    """Return what holds on to the chosen entities and is not among them."""
    going = {each.name for each in _with_lines(gate.model, chosen)}
    found: list[Hanging] = []
    for entity in _with_lines(gate.model, chosen):
        for holder, link in gate.model.links_to(entity):
            if holder.name in going or (link.definition.system and link.name in ACCOUNTS):
                continue
            number = _pointing(gate, holder, link, entity)
            if number:
                head = holder.definition.owner or holder.name
                found.append(Hanging(head, entity.name, number))
    for ledger in gate.model.catalog.ledgers.values():
        both = {ledger.entry, ledger.balance}
        for name in sorted(both - going) if both & going else ():
            other = next(iter(both - {name}))
            found.append(Hanging(name, other, _count(gate, gate.model.entity(name))))
    return list(dict.fromkeys(found))


def untie(gate: Records, entity: EntityModel, chosen: Sequence[EntityModel]) -> None:
    """Empty the links by which chosen records point at an entity that is about to be emptied."""
    for each in _with_lines(gate.model, [entity]):
        for holder in _with_lines(gate.model, chosen):
            for link in holder.fields.values():
                is_own_line = link.name == "head" and holder.definition.owner == each.name
                if each.name not in link.targets or is_own_line:
                    continue
                if link.type.relation == "many":
                    between = holder.tables.links[link.name]
                    gate.session.execute(delete(between))
                elif link.type.relation == "one" and link.columns:
                    column = link.columns[0]
                    emptied = update(holder.table).where(column.is_not(None))
                    gate.session.execute(emptied.values({column.name: None}))


def clear_batch(gate: Records, entity: EntityModel) -> int:
    """Let the next records of an entity go for good; return how many went, 0 when it is empty."""
    check_right(gate)
    table = entity.table
    statement = select(table.c["id"]).order_by(table.c["id"]).limit(BATCH)
    ids = [row[0] for row in gate.session.rows(statement)]
    if not ids:
        return 0
    for line in _lines(gate.model, entity):
        lines = select(line.table.c["id"]).where(line.table.c["head"].in_(ids))
        _remove(gate, line, [row[0] for row in gate.session.rows(lines)])
    _remove(gate, entity, ids)
    return len(ids)


def begin_numbers_anew(gate: Records, chosen: Sequence[EntityModel]) -> None:
    """Let the numbers of entities that were emptied begin at one again."""
    series = [
        found.definition.id or f"{each.name}.{found.name}"
        for each in _with_lines(gate.model, chosen)
        for found in each.fields.values()
        if found.type.computed == "serial"
    ]
    forget_series(gate.session, series)


def values_behind(model: Model, chosen: Sequence[EntityModel]) -> list[Place]:
    """Return the stored values of other entities that were computed from what is gone."""
    going = {each.name for each in _with_lines(model, chosen)}
    return sorted(
        {
            (reach.entity, reach.field)
            for name in going
            for reach in model.reaches.get(name, ())
            if reach.entity not in going
        }
    )


def _remove(gate: Records, entity: EntityModel, ids: Sequence[int]) -> None:
    if not ids:
        return
    forget_rows(gate, entity, ids)
    gate.session.execute(delete(entity.table).where(entity.table.c["id"].in_(ids)))


def _pointing(gate: Records, holder: EntityModel, link: FieldModel, entity: EntityModel) -> int:
    if link.type.relation == "many":
        counted = select(func.count()).select_from(holder.tables.links[link.name])
        return int(gate.session.scalar(counted))
    pointer = holder.table.c[link.columns[0].name]
    counted = select(func.count()).select_from(holder.table).where(pointer.is_not(None))
    if link.type.relation == "any":
        key = entity.key
        counted = counted.where(holder.table.c[link.columns[1].name] == key)
    return int(gate.session.scalar(counted))


def _count(gate: Records, entity: EntityModel) -> int:
    return int(gate.session.scalar(select(func.count()).select_from(entity.table)))


def _lines(model: Model, entity: EntityModel) -> Iterator[EntityModel]:
    for each in entity.lines:
        yield model.lines_of(entity, each.name)


def _with_lines(model: Model, chosen: Sequence[EntityModel]) -> list[EntityModel]:
    return [each for entity in chosen for each in (entity, *_lines(model, entity))]


def _in_order(model: Model, chosen: Sequence[EntityModel]) -> list[EntityModel]:
    """Put what points at others before them; what stands in a circle in the order of names."""
    left = {each.name: each for each in chosen}
    ordered: list[EntityModel] = []
    while left:
        free = [each for each in left.values() if not _held(model, each, left.values())]
        for each in free or [next(iter(left.values()))]:
            ordered.append(left.pop(each.name))
    return ordered


def _held(model: Model, entity: EntityModel, others: Collection[EntityModel]) -> bool:
    aims = {each.name for each in _with_lines(model, [entity])}
    return any(
        aims & set(link.targets)
        for other in others
        if other.name != entity.name
        for holder in _with_lines(model, [other])
        for link in holder.fields.values()
        if link.type.relation in ("one", "many")
    )
