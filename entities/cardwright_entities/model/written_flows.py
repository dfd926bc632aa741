"""Expressions of conversions, ledgers and postings: whose names they say, what they have to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cardwright_entities.expressions.values import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    TEXT,
    ValueType,
)
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import OWN_ROOTS, EntityScope
from cardwright_entities.model.written import IN_STATEMENTS, Written
from cardwright_metadata.definitions.flows import (
    HEAD,
    ConversionDefinition,
    LedgerDefinition,
    PostingDefinition,
    StrandDefinition,
)
from cardwright_metadata.definitions.timing import RecurrenceDefinition
from cardwright_metadata.expressions.tree import Expression, Path
from cardwright_metadata.timing_parts import COUNTED

At = tuple[str, ...]


def written_in_flows(model: Model) -> Iterator[Written]:
    """Yield the expressions by which documents flow."""
    for conversion in model.catalog.conversions.values():
        yield from _of_conversion(model, conversion)
    for ledger in model.catalog.ledgers.values():
        yield from _of_ledger(model, ledger)
    for name, definition in model.catalog.entities.items():
        for posting in definition.post.values():
            if posting.ledger in model.catalog.ledgers and not definition.retired:
                yield from _of_posting(model, model.entity(name), posting)
        if not definition.retired:
            yield from _of_timing(model, model.entity(name))
            yield from _of_pool(model, model.entity(name))


def _of_timing(model: Model, entity: EntityModel) -> Iterator[Written]:
    """Yield what deadlines and recurrences say about a record."""
    scope = EntityScope(model, entity, own=OWN_ROOTS)
    said: list[tuple[At, object, ValueType | None]] = []
    for deadline in entity.definition.deadlines.values():
        at: At = ("deadlines", deadline.name)
        said += [
            ((*at, "from"), deadline.start, DATETIME),
            ((*at, "within"), deadline.within, DURATION),
            ((*at, "until"), deadline.until, BOOLEAN),
            ((*at, "pause"), deadline.pause, BOOLEAN),
            ((*at, "calendar"), deadline.calendar, TEXT),
        ]
    for each in entity.definition.recurrences.values():
        own: At = ("recurrence", each.name)
        key = next((name for name, unit in COUNTED.items() if unit == each.unit), "value")
        wanted = DECIMAL if each.unit else None
        said += [((*own, "every", key), each.every, wanted), ((*own, "skip"), each.skip, BOOLEAN)]
        yield from _of_recurring(model, entity, each, own)
    for place, expression, expected in said:
        if isinstance(expression, Expression):
            yield Written(
                address=entity_at(entity),
                path=place,
                expression=expression,
                scope=scope,
                expected=expected,
            )


def _of_pool(model: Model, entity: EntityModel) -> Iterator[Written]:
    """Yield what a pool says about its records, and whose records follow their owners."""
    address, scope = entity_at(entity), EntityScope(model, entity)
    pool = entity.definition.pool
    if pool is not None:
        for key in ("limit", "daily", "protect", "warn"):
            said = getattr(pool, key)
            if said is not None:
                yield Written(
                    address=address,
                    path=("pool", key),
                    expression=said,
                    scope=scope,
                    expected=DECIMAL,
                )
        if pool.condition is not None:
            yield _condition(address, ("pool", "if"), pool.condition, scope)
        if pool.counted is not None:
            yield _condition(address, ("pool", "counted"), pool.counted, scope, IN_STATEMENTS)
        for each in pool.returns.values():
            at: At = ("pool", "return", each.name)
            yield Written(
                address=address, path=(*at, "day"), expression=each.day, scope=scope, expected=DATE
            )
            if each.condition is not None:
                yield _condition(address, (*at, "if"), each.condition, scope)
    for follower in entity.definition.followers.values():
        if follower.where is not None:
            pointing = EntityScope(model, model.entity(follower.entity))
            place = ("followed_by", follower.name, "where")
            yield _condition(address, place, follower.where, pointing, IN_STATEMENTS)


def _of_recurring(
    model: Model, entity: EntityModel, recurrence: RecurrenceDefinition, own: At
) -> Iterator[Written]:
    """Yield what a recurrence says of the records that it makes."""
    place, target = (*own, "create", recurrence.entity), recurrence.entity
    if recurrence.conversion:
        place = (*own, "convert", recurrence.conversion)
        target = model.catalog.conversions[recurrence.conversion].target
    scope = EntityScope(model, entity, own=OWN_ROOTS)
    address = entity_at(entity)
    yield from _values(address, place, recurrence.values, scope, model.entity(target))
    for lines, most in recurrence.take.items():
        part = entity if lines == HEAD else model.lines_of(entity, lines)
        yield Written(
            address=address,
            path=(*own, "take", lines),
            expression=most,
            scope=EntityScope(model, part),
            expected=DECIMAL,
        )


def entity_at(entity: EntityModel) -> str:
    """Return the address of an entity."""
    return f"entity/{entity.name}"


def _of_conversion(model: Model, conversion: ConversionDefinition) -> Iterator[Written]:
    address = f"conversion/{conversion.name}"
    source, target = model.entity(conversion.source), model.entity(conversion.target)
    own = EntityScope(model, source)
    in_lists = IN_STATEMENTS if conversion.pull else frozenset[str]()
    if conversion.condition is not None:
        yield _condition(address, ("if",), conversion.condition, own, in_lists)
    yield from _of_strand(address, (), conversion.head, source, target, model)
    for strand in conversion.lines:
        key = strand.lines or HEAD
        part = model.lines_of(source, strand.lines) if strand.lines else source
        into = model.lines_of(target, strand.to)
        yield from _of_strand(address, ("lines", key), strand, part, into, model)
    for each in conversion.also:
        at: At = ("also", each.name)
        if each.condition is not None:
            yield _condition(address, (*at, "if"), each.condition, own)
        yield from _values(address, (*at, "copy"), each.copy, own, model.entity(each.to))
    if conversion.then_condition is not None:
        yield _condition(address, ("then", "if"), conversion.then_condition, own)
    yield from _values(address, ("then", "set"), conversion.then, own, source)


def _of_strand(
    address: str,
    at: At,
    strand: StrandDefinition,
    source: EntityModel,
    target: EntityModel,
    model: Model,
) -> Iterator[Written]:
    scope = EntityScope(model, source)
    yield from _values(address, (*at, "copy"), strand.copy, scope, target)
    if strand.counts is not None:
        counted = EntityScope(model, target)
        told = _condition(address, (*at, "counts"), strand.counts, counted, IN_STATEMENTS)
        yield replace(told, rest=bool(strand.open), clock=not strand.open)
    for key, number in (("total", strand.total), ("tolerance", strand.tolerance)):
        kept = bool(strand.open) and key == "total"
        if number is not None:
            yield Written(
                address=address,
                path=(*at, key),
                expression=number,
                scope=scope,
                expected=DECIMAL,
                clock=not kept,
                rest=kept,
            )


def _of_ledger(model: Model, ledger: LedgerDefinition) -> Iterator[Written]:
    address = f"ledger/{ledger.name}"
    scope = EntityScope(model, model.entity(ledger.balance))
    for name, slot in ledger.never_negative.items():
        if isinstance(slot, Expression):
            yield _condition(address, ("never_negative", name), slot, scope)
    if ledger.closed is not None:
        yield Written(
            address=address,
            path=("period", "closed"),
            expression=ledger.closed,
            scope=scope,
            expected=DATE,
        )


def _of_posting(model: Model, entity: EntityModel, posting: PostingDefinition) -> Iterator[Written]:
    address = f"entity/{entity.name}"
    at: At = ("post", posting.name)
    own = EntityScope(model, entity, own=OWN_ROOTS)
    if posting.condition is not None:
        yield _condition(address, (*at, "if"), posting.condition, own)
    scope = own
    if posting.path:
        line = model.lines_of(entity, posting.path[0])
        scope = EntityScope(model, line, own=OWN_ROOTS)
        if posting.path[1:]:
            each = scope.related(Path(posting.path[1:])).entity
            scope = EntityScope(model, line, roots={"$each": each.name}, own=OWN_ROOTS)
    if posting.day is not None:
        yield Written(
            address=address, path=(*at, "day"), expression=posting.day, scope=scope, expected=DATE
        )
    entry = model.entity(model.catalog.ledgers[posting.ledger].entry)
    yield from _values(address, (*at, "set"), posting.values, scope, entry)


def _values(
    address: str,
    at: At,
    values: Mapping[str, Expression],
    scope: EntityScope,
    target: EntityModel,
) -> Iterator[Written]:
    for name, expression in values.items():
        found = target.fields.get(name)
        if found is not None:
            yield Written(
                address=address,
                path=(*at, name),
                expression=expression,
                scope=scope,
                expected=_expected(found.value_type),
            )


def _condition(
    address: str,
    at: At,
    expression: Expression,
    scope: EntityScope,
    backends: frozenset[str] = frozenset(),
) -> Written:
    return Written(
        address=address,
        path=at,
        expression=expression,
        scope=scope,
        expected=BOOLEAN,
        backends=backends,
    )


def _expected(kept: ValueType) -> ValueType | None:
    return None if kept.kind in ("json", "list") else kept
