"""The step ``calculate``: formulas of items over a record, kept as its lines."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.reaching_records import follow
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.model.hops import hops_of
from cardwright_entities.records.calculating import calculate
from cardwright_entities.records.evaluating import RecordValues
from cardwright_metadata.definitions.rules import StepDefinition


class CalculateStep:
    """Puts what the formulas give in place of the lines; an item keeps its line."""

    kind: ClassVar[str] = "calculate"

    def run(self, work: Work, step: StepDefinition) -> bool:
        said = step.options
        own = RecordRef(work.entity.name, work.record)
        record = work.made[str(said["of"])] if "of" in said else own
        entity = work.gate.model.entity(record.entity)
        over = RecordValues(work.evaluator, entity, work.stored(record))
        items = [
            each
            for each in follow(over, hops_of(work.gate.model, entity, said["from"].split(".")))
            if "if" not in said or over.evaluator.holds(said["if"], each)
        ]
        plain = RecordValues(work.gate.evaluator, entity, over.values)
        known = {
            each[said["item"]]: each["id"]
            for each in work.gate.loader.lines(entity, said["into"], [record.id])
        }
        lines = [
            {said["item"]: number, said["result"]: each.value}
            | ({"id": known[number]} if number in known else {})
            for each in calculate(work.gate.evaluator, plain, items, said["value"])
            for number in (each.item.values["id"],)
        ]
        options = replace(work.options(), replace_lines=True)
        raw = {said["into"]: lines}
        work.note(work.gate.update(record.entity, record.id, raw, None, options))
        return True
