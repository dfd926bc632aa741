"""Stored computed values beside what they would be if they were computed now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, select

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError
from cardwright_entities.expressions.sql import compile_value
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.reaching import formula_of, kept_fields
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.kept_values import parse_kept
from cardwright_entities.records.loading import stored_columns, to_values
from cardwright_entities.records.measuring import trusted_names
from cardwright_entities.store.sessions import Session
from cardwright_metadata.closing import FROZEN_AT

#: Records that are looked at of an entity; smaller tables whole.
SAMPLE = 1_000


class Gate(Protocol):
    """What looking at stored values needs."""

    session: Session
    model: Model
    context: Context
    evaluator: Evaluator
    reading: Reading


@dataclass(frozen=True)
class Difference:
    """A stored value that is not what it would be now."""

    entity: str
    record: int
    field: str
    stored: object
    computed: object


@dataclass(frozen=True)
class Checked:
    """What was looked at of one entity."""

    entity: str
    records: int
    values: int
    is_whole: bool  #: every record, not only a sample
    differences: tuple[Difference, ...]


def check_values(gate: Gate, most: int = SAMPLE) -> list[Checked]:
    """Compute the stored values of samples anew and compare, for every entity that keeps any."""
    found: list[Checked] = []
    for name, definition in gate.model.catalog.entities.items():
        entity = gate.model.entity(name)
        if not definition.retired and kept_fields(entity):
            found.append(check_entity(gate, entity, most))
    return found


def differences_of(gate: Gate, most: int = SAMPLE) -> list[Difference]:
    """Return the differences of all samples."""
    return [each for checked in check_values(gate, most) for each in checked.differences]


def check_entity(gate: Gate, entity: EntityModel, most: int) -> Checked:
    """Compare one entity's stored values; closed records keep theirs and are passed over."""
    fields = kept_fields(entity)
    names = trusted_names(gate.reading, entity)
    in_statement = [each for each in fields if _runs_in_statements(gate.model, entity, each)]
    computed = [
        compile_value(gate.model.tree(entity, formula_of(each)), names) for each in in_statement
    ]
    source = names.source
    columns = [source.c[column.name] for column in stored_columns(entity)]
    wanted: list[ColumnElement[bool]] = [source.c["deleted_at"].is_(None)]
    if FROZEN_AT in entity.fields:
        wanted.append(source.c[FROZEN_AT].is_(None))
    spread = source.c["id"] * 7_919 % 1_000_003  # the same sample on both engines, not the oldest
    statement = select(*columns, *computed).where(*wanted).order_by(spread).limit(most + 1)
    rows = gate.session.rows(statement)
    differences: list[Difference] = []
    for row in rows[:most]:
        values = to_values(entity, row[: len(columns)])
        told = dict(zip((each.name for each in in_statement), row[len(columns) :], strict=True))
        differences += _compare(gate, entity, fields, values, told)
    number = min(len(rows), most)
    return Checked(entity.name, number, number * len(fields), len(rows) <= most, tuple(differences))


def _compare(
    gate: Gate,
    entity: EntityModel,
    fields: Sequence[FieldModel],
    values: dict[str, object],
    told: Mapping[str, Any],
) -> Iterator[Difference]:
    record = RecordValues(gate.evaluator.computing, entity, values)
    for field in fields:
        if field.name in told:
            computed = told[field.name]
        else:
            computed = gate.evaluator.computing.value(formula_of(field), record)
        try:
            computed = parse_kept(gate.context, field, computed)
        except InputError:
            computed = None
        if computed != values[field.name]:
            number = int(str(values["id"]))
            yield Difference(entity.name, number, field.name, values[field.name], computed)


def _runs_in_statements(model: Model, entity: EntityModel, field: FieldModel) -> bool:
    return "sql" in model.typed(entity, formula_of(field)).backends
