"""The step ``assign``: who owns the record."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.work import Work
from cardwright_metadata.definitions.rules import StepDefinition


class AssignStep:
    """Gives the record to an employee or a team, or to the pool."""

    kind: ClassVar[str] = "assign"

    def run(self, work: Work, step: StepDefinition) -> bool:
        value = work.value(step.options["value"])
        employee = work.gate.model.catalog.player("employee")
        if isinstance(value, int) and employee is not None:
            # A link to an employee; one to a team says of which entity it is.
            value = RecordRef(employee.name, value)
        about = work.about
        if work.stored(about).get("owner") != value:
            raw = {"owner": value}
            work.note(work.gate.update(about.entity, about.id, raw, None, work.options()))
        return True
