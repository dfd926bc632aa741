"""Which records point at which others, living or in the recycle bin: what stands in a purge's way.

``pointing`` asks before a delete whether a living record holds on. Here nothing may be left that
points at what is about to be no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.store.sessions import Session

#: Records by the name of their entity.
Chosen = Mapping[str, Collection[int]]
#: Links of the system that hold the number of an account, whether or not there is a record.
ACCOUNTS = frozenset({"created_by", "changed_by"})
#: Pointing records that are looked at for each link; further ones are told of without names.
_MOST = 1_000


class Hold(NamedTuple):
    """A record that points at another; ``deleted``: it is itself in the recycle bin."""

    entity: str
    record: int
    head: int | None
    deleted: bool
    target: int


def holds_on(session: Session, model: Model, entity: EntityModel, chosen: Chosen) -> Iterator[Hold]:
    """Yield what points at the chosen records of an entity and is not itself chosen."""
    targets = sorted(chosen.get(entity.name, ()))
    if not targets:
        return
    for holder, found in model.links_to(entity):
        if found.definition.system and found.name in ACCOUNTS:
            continue
        going = sorted(chosen.get(holder.name, ()))
        statement = _pointing(holder, found, entity, targets)
        if going:
            statement = statement.where(holder.table.c["id"].not_in(going))
        for row in session.rows(statement.limit(_MOST)):
            yield Hold(holder.name, row[0], row[3], row[2] is not None, row[1])


def lines_below(
    session: Session, model: Model, entity: EntityModel, heads: Collection[int]
) -> Iterator[tuple[EntityModel, dict[int, int]]]:
    """Yield the line entities below some heads with their lines, also removed ones: id → head."""
    for each in entity.lines:
        line = model.lines_of(entity, each.name)
        table = line.table
        statement = select(table.c["id"], table.c["head"]).where(table.c["head"].in_(sorted(heads)))
        found = {row[0]: row[1] for row in session.rows(statement)}
        if found:
            yield line, found


def _pointing(
    holder: EntityModel, found: FieldModel, entity: EntityModel, targets: list[int]
) -> Select[Any]:
    table = holder.table
    head = table.c["head"] if holder.definition.owner else table.c["id"]
    if found.type.relation == "many":
        between = holder.tables.links[found.name]
        statement = select(table.c["id"], between.c.target, table.c["deleted_at"], head)
        joined = statement.join(between, between.c.source == table.c["id"])
        return joined.where(between.c.target.in_(targets)).order_by(table.c["id"])
    pointer = table.c[found.columns[0].name]
    statement = select(table.c["id"], pointer, table.c["deleted_at"], head)
    statement = statement.where(pointer.in_(targets)).order_by(table.c["id"])
    if found.type.relation == "any":
        key = entity.key
        statement = statement.where(table.c[found.columns[1].name] == key)
    return statement
