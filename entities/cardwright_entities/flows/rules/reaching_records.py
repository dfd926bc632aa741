"""For which records the steps of a rule are done: those that it finds, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from cardwright_entities.errors import LimitError, Message
from cardwright_entities.expressions.checking import check_condition
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.model.hops import Hop, hops_of
from cardwright_entities.model.rule_scopes import scope_of_each
from cardwright_entities.queries.lookups import bound_to
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.evaluating import RecordValues
from cardwright_metadata.definitions.rules import EachDefinition
from cardwright_metadata.expressions.tree import Path

#: Records for which steps are done at most.
MOST_EACH = 20_000


def each_of(work: Work) -> list[RecordRef]:
    """Return the records that a rule finds; raise LimitError for too many."""
    each = work.rule.each
    assert each is not None
    found = _by_path(work, each) if each.path else _by_condition(work, each)
    if len(found) > MOST_EACH:
        raise LimitError(Message.of("too_many_records", most=MOST_EACH))
    return found


def _by_path(work: Work, each: EachDefinition) -> list[RecordRef]:
    hops = hops_of(work.gate.model, work.entity, each.path)
    found = (
        RecordRef(record.entity.name, number)
        for record in follow(work.names(), hops)
        if isinstance(number := record.values.get("id"), int)
    )
    return list(dict.fromkeys(found))


def follow(record: RecordValues, hops: Sequence[Hop]) -> Iterator[RecordValues]:
    """Yield the records at the end of a path, as often as it leads to them."""
    if not hops:
        yield record
        return
    first, *rest = hops
    if first.single is None:
        following: Sequence[RecordValues] = record.related(Path(first.names))
    else:
        target = record.target(record.entity.fields[first.single.name])
        following = () if target is None else (target,)
    for each in following:
        if each.entity.name == first.entity.name:
            yield from follow(each, rest)


def _by_condition(work: Work, each: EachDefinition) -> list[RecordRef]:
    reading = work.gate.reading
    entity = reading.model.entity(each.entity)
    where = None
    if each.where is not None:
        scope = scope_of_each(work.gate.model, work.rule)
        where = bound_to(check_condition(each.where.tree, scope), work.names().value)
    names, inside = open_records(reading, entity, PageRequest(entity=entity.name, where=where))
    number = names.source.c["id"]
    joined = names.joins.clause if names.joins is not None else names.source
    statement = (
        select(number).select_from(joined).where(inside).order_by(number).limit(MOST_EACH + 1)
    )
    return [RecordRef(entity.name, int(row[0])) for row in work.gate.session.rows(statement)]
