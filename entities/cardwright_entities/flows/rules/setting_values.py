"""The step ``set``: fields of the record."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.flows.rules.work import Work
from cardwright_metadata.definitions.rules import StepDefinition


class SetStep:
    """Changes fields of the record, as if somebody had typed the values."""

    kind: ClassVar[str] = "set"

    def run(self, work: Work, step: StepDefinition) -> bool:
        names = work.names()
        raw = {
            name: names.evaluator.value(each, names) for name, each in step.options["set"].items()
        }
        about = work.about
        stored = work.stored(about)
        fresh = {name: value for name, value in raw.items() if stored.get(name) != value}
        if fresh:
            saved = work.gate.update(about.entity, about.id, fresh, None, work.options())
            work.note(saved)
        return True
