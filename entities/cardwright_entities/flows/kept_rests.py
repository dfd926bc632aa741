"""Rests that follow from values which nobody writes: sums that the engine keeps in records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.flows.rests import follow_rests
from cardwright_entities.flows.strands import Strand, strands_from
from cardwright_entities.model.dependencies import Place, reads_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.effects import Written
from cardwright_entities.records.gate import Records
from cardwright_metadata.expressions.tree import Expression


def follow_kept(gate: Records, changes: Sequence[Draft], change_set: int) -> None:
    """Keep the rests that kept values have moved; raise InputError if one is overdrawn."""
    read = frozenset(_read_by_rests(gate.model))
    moved = [
        Written(draft, "update")
        for draft in changes
        if any((draft.entity.name, name) in read for name in draft.changed())
    ]
    if moved:
        follow_rests(gate, moved, change_set)


def _read_by_rests(model: Model) -> Iterator[Place]:
    for source in dict.fromkeys(each.source for each in model.catalog.conversions.values()):
        for strand in strands_from(model, source):
            if strand.definition.open:
                yield from _read_by(model, strand)


def _read_by(model: Model, strand: Strand) -> Iterator[Place]:
    yield strand.target.name, strand.definition.quantity
    for expression, entity in (
        (strand.definition.total, strand.source),
        (strand.definition.counts, strand.target),
    ):
        if expression is not None:
            yield from _stored_behind(model, entity, expression)


def _stored_behind(model: Model, entity: EntityModel, expression: Expression) -> Iterator[Place]:
    """Yield the fields that an expression reads, and those from which they are calculated."""
    scope = EntityScope(model, entity)
    waiting = [each.place for each in reads_of(check_types(expression, scope), scope)]
    seen: set[Place] = set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        yield place
        if not model.entity(place[0]).fields[place[1]].columns:
            waiting += [each.place for each in model.graph.reads_of(*place)]
