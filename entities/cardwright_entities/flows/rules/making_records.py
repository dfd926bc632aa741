"""The steps ``create`` and ``upsert``: other records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import ColumnElement, and_, select

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.queries.names import rows_condition
from cardwright_metadata.definitions.rules import StepDefinition


class CreateStep:
    """Makes a record."""

    kind: ClassVar[str] = "create"

    def run(self, work: Work, step: StepDefinition) -> bool:
        entity = str(step.options["entity"])
        saved = work.gate.create(entity, _values(work, step), work.options())
        work.note(saved)
        work.made[step.name] = work.goes_to = RecordRef(entity, saved.id)
        return True


class UpsertStep:
    """Changes the record that some of its fields find, or makes it."""

    kind: ClassVar[str] = "upsert"

    def run(self, work: Work, step: StepDefinition) -> bool:
        name = str(step.options["entity"])
        raw = _values(work, step)
        found = _find(work, name, {key: raw.get(key) for key in step.options["key"]})
        if found is None:
            saved = work.gate.create(name, raw, work.options())
        else:
            saved = work.gate.update(name, found, raw, None, work.options())
        work.note(saved)
        work.made[step.name] = RecordRef(name, saved.id)
        return True


def _values(work: Work, step: StepDefinition) -> dict[str, object]:
    names = work.names()
    return {name: names.evaluator.value(each, names) for name, each in step.options["set"].items()}


def _find(work: Work, name: str, key: Mapping[str, object]) -> int | None:
    entity = work.gate.model.entity(name)
    table = entity.table
    parts: list[ColumnElement[bool]] = [
        table.c["deleted_at"].is_(None),
        rows_condition(work.gate.reading, entity, table),
    ]
    for field_name, value in key.items():
        found = entity.fields[field_name]
        cells = found.type.to_row(found.parse(value, work.gate.context), found.definition)
        for column, cell in zip(found.columns, cells, strict=True):
            own = table.c[column.name]
            parts.append(own.is_(None) if cell is None else own == cell)
    row = work.gate.session.row(select(table.c["id"]).where(and_(*parts)).limit(1))
    return None if row is None else int(row[0])
