"""The values of rollups: over all their records in one statement, or by what changed.

A rollup over many records that is a mere sum or number of them is moved on by the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import ColumnElement, case, func, literal, null, select

from cardwright_entities.expressions.sql import compile_value
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sources import Sources
from cardwright_entities.records.changed_records import Change
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.loading import Values
from cardwright_entities.records.reached import Wanted
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.tree import Path, Related

#: Up to so many records a rollup is computed from all of them.
FEW = 1_000


class Gate(Protocol):
    """What measuring needs of the write gate."""

    session: Session
    model: Model
    reading: Reading
    evaluator: Evaluator


def measure_rollups(
    gate: Gate, entity: EntityModel, wanted: Mapping[int, Wanted], stored: Mapping[int, Values]
) -> dict[int, dict[str, object]]:
    """Return the values of the wanted rollups of some records, by id and field."""
    names = {name for each in wanted.values() for name in each.fields}
    fields = [
        each
        for name, each in entity.fields.items()
        if name in names and each.type.computed == "rollup"
    ]
    if not fields:
        return {}
    statement = _Statement(gate.reading, entity, fields, _may_move(fields, wanted))
    found: dict[int, dict[str, object]] = {}
    for row in gate.session.rows(statement.over(list(wanted))):
        record = int(row[0])
        found[record] = {
            field.name: value
            if not is_many
            else _moved(gate, field, wanted[record], stored[record], record)
            for field, is_many, value in statement.read(row)
            if field.name in wanted[record].fields
        }
    return found


class _Answer(NamedTuple):
    field: FieldModel
    is_many: bool
    value: object


class _Statement:
    """One statement that answers some rollups of some records of an entity."""

    def __init__(
        self,
        reading: Reading,
        entity: EntityModel,
        fields: Sequence[FieldModel],
        movable: frozenset[str],
    ) -> None:
        self.names = trusted_names(reading, entity)
        self.fields = fields
        self.movable = movable
        self.columns: list[ColumnElement[Any]] = []
        for field in fields:
            question = reading.model.tree(entity, field.definition.options["formula"])
            value = compile_value(question, self.names)
            if field.name not in movable:
                self.columns += [literal(0), value]
                continue
            number = _number_up_to(self.names, cast(Related, question).path)
            self.columns += [number, case((number > FEW, null()), else_=value)]

    def over(self, ids: Sequence[int]) -> Any:
        """Return the select for some records."""
        source = self.names.source
        return select(source.c["id"], *self.columns).where(source.c["id"].in_(ids))

    def read(self, row: Sequence[Any]) -> Iterator[_Answer]:
        """Yield what a row answers for each field."""
        for index, field in enumerate(self.fields):
            number, value = row[1 + 2 * index : 3 + 2 * index]
            yield _Answer(field, field.name in self.movable and number > FEW, value)


def trusted_names(reading: Reading, entity: EntityModel) -> RecordNames:
    """Return names over an entity's records as the engine itself reads them."""
    sources = Sources()
    source = sources.take(entity)
    return RecordNames(reading, entity, source, None, trusted=True, sources=sources)


def _number_up_to(names: RecordNames, path: Path) -> ColumnElement[int]:
    """Return how many records a path leads to, counted no further than one more than few."""
    rows = names.related(path)
    clause = rows.names.joins.clause if rows.names.joins is not None else rows.names.source
    some = (
        select(literal(1))
        .select_from(clause)
        .where(rows.condition)
        .correlate(names.source)
        .limit(FEW + 1)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


def _may_move(fields: Sequence[FieldModel], wanted: Mapping[int, Wanted]) -> frozenset[str]:
    """Return the rollups that may be moved on by a difference instead of computed from all."""
    movable: set[str] = set()
    for field in fields:
        changes = [
            each.direct.get(field.name) for each in wanted.values() if field.name in each.fields
        ]
        known = [each for some in changes if some for each in some]
        if all(changes) and known and _is_additive(field, known[0].entity):
            movable.add(field.name)
    return frozenset(movable)


def _is_additive(field: FieldModel, child: EntityModel) -> bool:
    """Tell whether a rollup only adds up what its records hold, exactly as they hold it."""
    tree = field.definition.options["formula"].tree
    if not isinstance(tree, Related) or tree.quantifier not in ("sum", "count"):
        return False
    if tree.value is None:
        return True
    if not isinstance(tree.value, Path) or tree.value.root or len(tree.value.names) != 1:
        return False
    held = child.fields[tree.value.names[0]]
    return bool(held.columns) and 0 <= held.value_type.scale <= field.value_type.scale


def _moved(gate: Gate, field: FieldModel, wanted: Wanted, stored: Values, record: int) -> object:
    """Return the stored value and what the changed records add to it or take from it."""
    link = wanted.links[field.name]
    total = _number(stored.get(field.name))
    for change in wanted.direct.get(field.name) or ():
        total -= _part(gate, field, change, change.old, link, record)
        total += _part(gate, field, change, change.new, link, record)
    return total


def _part(
    gate: Gate,
    field: FieldModel,
    change: Change,
    values: Values | None,
    link: str,
    record: int,
) -> Decimal:
    if values is None:
        return Decimal(0)
    pointed = values.get(link)
    if getattr(pointed, "id", pointed) != record:
        return Decimal(0)
    names = RecordValues(gate.evaluator.computing, change.entity, values)
    where = field.definition.options.get("where")
    if where is not None and gate.evaluator.computing.value(where, names) is not True:
        return Decimal(0)
    tree = cast(Related, field.definition.options["formula"].tree)
    if not isinstance(tree.value, Path):
        return Decimal(1)
    return _number(names.value(tree.value))


def _number(value: object) -> Decimal:
    return Decimal(str(value)) if isinstance(value, int | Decimal) else Decimal(0)
