"""选单: which records may be chosen as sources of a target, by who may read and create them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Protocol, cast

from sqlalchemy import select

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.flows.knowing import reads_only_itself
from cardwright_entities.flows.proposals import is_offered
from cardwright_entities.flows.strands import conversions_into, strands_of
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sources import Joins
from cardwright_entities.records.gate import Records
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.flows import ConversionDefinition
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Binary, Node

#: The newest sources among which one chooses; a search narrows them.
MOST_OFFERED = 1000


class Desk(Protocol):
    """What choosing sources needs of a desk."""

    session: Session

    @property
    def reading(self) -> Reading:
        """Return what every read of this transaction shares."""
        ...

    @property
    def records(self) -> Records:
        """Return the write gate."""
        ...


def pulls_of(gate: Records, target: str) -> list[ConversionDefinition]:
    """Return the conversions by which the principal may make a target from chosen sources."""
    may, principal = gate.policy.may, gate.context.principal
    return [
        each
        for each in conversions_into(gate.model, target)
        if each.pull and may(principal, target, "create") and may(principal, each.source, "read")
    ]


def find_pull(gate: Records, name: str) -> ConversionDefinition:
    """Return a conversion by its name; raise NotFoundError for one that is not offered."""
    found = gate.model.catalog.conversions.get(name)
    if found is None or found not in pulls_of(gate, found.target):
        raise NotFoundError(Message("not_found"))
    return found


def sources_request(
    desk: Desk, conversion: ConversionDefinition, agreeing: Mapping[str, object] | None = None
) -> PageRequest | None:
    """Return what asks for the records that can be pulled, None where there are none.

    They can be converted, have something open, and may be read; the newest come first.

    ``agreeing`` are values of fields named in ``merge`` that the sources have to have. How much is
    open is the engine's to know; whether the condition holds is judged as on the source itself.
    """
    reading = desk.records.beyond_rights().reading
    entity = desk.reading.model.entity(conversion.source)
    terms = _terms(desk.records, conversion)
    for name, value in (agreeing or {}).items():
        if name in conversion.merge and isinstance(value, int):
            terms.append(parse(f"{name} = {value}").tree)
    where = reduce(lambda left, right: Binary("and", left, right), terms) if terms else None
    typed = None if where is None else typed_condition(reading, entity.name, where)
    names, condition = open_records(reading, entity, PageRequest(entity=entity.name, where=typed))
    table = entity.table
    allowed = select(table.c["id"]).where(rows_condition(desk.reading, entity, table))
    statement = (
        select(names.source.c["id"])
        .select_from(cast(Joins, names.joins).clause)
        .where(condition, names.source.c["id"].in_(allowed))
        .order_by(names.source.c["id"].desc())
        .limit(MOST_OFFERED)
    )
    ids = _offered(desk.records, conversion, [int(row[0]) for row in desk.session.rows(statement)])
    if not ids:
        return None
    sort = entity.definition.list.sort
    return PageRequest(entity=entity.name, ids=ids, sort=sort, count="none")


def _offered(
    gate: Records, conversion: ConversionDefinition, ids: Sequence[int]
) -> tuple[int, ...]:
    """Leave out the sources of which the principal may not know that they can be converted."""
    entity = gate.model.entity(conversion.source)
    condition = conversion.condition
    if condition is None or reads_only_itself(gate, entity, condition):
        return tuple(ids)
    found = gate.loader.records(entity, ids)
    return tuple(each for each in ids if is_offered(gate, conversion, found[each]))


def _terms(gate: Records, conversion: ConversionDefinition) -> list[Node]:
    terms: list[Node] = []
    if conversion.condition is not None:
        terms.append(conversion.condition.tree)
    rests: list[Node] = []
    for strand in strands_of(gate.model, conversion):
        kept = strand.definition.open
        if strand.takes and kept:
            text = f"{kept} > 0"
            if strand.from_lines:
                text = f"{strand.definition.lines} any ({text})"
            rests.append(parse(text).tree)
    if rests:
        terms.append(reduce(lambda left, right: Binary("or", left, right), rests))
    return terms
