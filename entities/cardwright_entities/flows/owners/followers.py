"""Related records that belong to whoever owns a record: which ones, and moving them along."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from cardwright_entities.errors import CardwrightError, QueryError, UnavailableError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.owners.kinds import ASSIGN as GIVEN
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.assigning import ASSIGN
from cardwright_entities.records.gate import Records
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.pools import FollowerDefinition
from cardwright_metadata.expressions.parsing import parse

#: From whom to whom, each an owner or nobody.
Change = tuple[object, object]


@dataclass(frozen=True)
class Moved:
    """How many related records went along, and how many could not."""

    count: int = 0
    refused: int = 0


def followers_of(gate: Records, entity: EntityModel) -> Iterator[FollowerDefinition]:
    """Yield what may go along with an entity's records, as far as somebody may assign it."""
    principal = gate.context.principal
    for each in entity.definition.followers.values():
        target = _target(gate, each)
        if target is None or not gate.policy.may(principal, target.name, "read"):
            continue
        gate.reading.decided.add(target.name)
        if gate.policy.may(principal, target.name, ASSIGN):
            yield each


def following(
    gate: Records, entity: EntityModel, record: int, owner: object, follower: FollowerDefinition
) -> list[int]:
    """Return the records of a follower that have the owner of a record and may be given away."""
    target = _target(gate, follower)
    if target is None:
        return []
    link = _condition_of(gate, entity, record, follower)
    owned = (
        f"owner = record('{owner.entity}', {owner.id})"
        if isinstance(owner, RecordRef)
        else "owner is empty"
    )
    try:
        where = typed_condition(gate.reading, target.name, parse(f"{link} and {owned}").tree)
    except QueryError:
        return []  # it asks for what must not be read here
    request = PageRequest(entity=target.name, where=where)
    names, inside = open_records(gate.reading, target, request)
    allowed = rows_condition(gate.reading, target, names.source, ASSIGN, names.sources)
    clause = names.joins.clause if names.joins is not None else names.source
    number = names.source.c["id"]
    found = select(number).select_from(clause).where(inside, allowed).order_by(number)
    return [int(row[0]) for row in gate.session.rows(found)]


def move_followers(
    gate: Records,
    entity: EntityModel,
    record: int,
    change: Change,
    change_set: int,
    *,
    only: Collection[str] | None = None,
    kind: str = GIVEN,
) -> Moved:
    """Give those away that follow a record whose owner has changed; ``only`` names some of them."""
    before, now = change
    count = refused = 0
    options = SaveOptions(kind=kind, change_set=change_set)
    for each in followers_of(gate, entity):
        target = _target(gate, each)
        if target is None or (only is not None and each.name not in only):
            continue
        for number in following(gate, entity, record, before, each):
            try:
                with gate.session.savepoint():
                    gate.update(target.name, number, {"owner": now}, None, options)
                count += 1
            except UnavailableError:
                raise  # the whole transaction is tried again
            except CardwrightError:
                refused += 1
    return Moved(count, refused)


def _target(gate: Records, follower: FollowerDefinition) -> EntityModel | None:
    """Return the entity whose records go along: that of the lines' head, if it is lines."""
    if follower.entity not in gate.model.catalog.entities:
        return None
    pointing = gate.model.entity(follower.entity)
    found = gate.model.head_of(pointing) if follower.head else pointing
    return found if found is not None and "owner" in found.fields else None


def _condition_of(
    gate: Records, entity: EntityModel, record: int, follower: FollowerDefinition
) -> str:
    pointing = gate.model.entity(follower.entity)
    is_any = pointing.fields[follower.field].type.relation == "any"
    value = f"record('{entity.name}', {record})" if is_any else str(record)
    text = f"{follower.field} = {value}"
    if follower.where is not None:
        text = f"{text} and ({follower.where.text})"
    return f"{pointing.definition.owner_field} any ({text})" if follower.head else f"({text})"
