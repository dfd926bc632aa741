"""The step ``stop``: leave out the steps behind it."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.flows.rules.work import Work
from cardwright_metadata.definitions.rules import StepDefinition


class StopStep:
    """Ends the run where its condition holds."""

    kind: ClassVar[str] = "stop"

    def run(self, work: Work, step: StepDefinition) -> bool:
        names = work.names()
        return not names.evaluator.holds(step.options["value"], names)
