"""What the steps of a rule work on: one record, the gate to write through, and who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Performed
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import Saved, SaveOptions
from cardwright_metadata.definitions.rules import RuleDefinition, StepDefinition
from cardwright_metadata.expressions.tree import Expression

#: The kind of save that a rule does; history says so.
RULE = "rule"


@dataclass(eq=False)
class Work:
    """One run of a rule on one record, within one transaction."""

    gate: Records  #: with the rights that the rule has
    rule: RuleDefinition
    entity: EntityModel
    record: int
    change_set: int | None = None
    goes_to: RecordRef | None = None  #: what somebody who pressed a button sees next

    def values(self) -> Values:
        """Return the record as it is now; raise NotFoundError when it is gone."""
        found = self.gate.loader.record(self.entity, self.record)
        if found is None:
            raise NotFoundError(Message("not_found"))
        return found

    def names(self) -> RecordValues:
        """Return the names that the expressions of steps mean."""
        return RecordValues(self.gate.evaluator, self.entity, self.values())

    def value(self, expression: Expression) -> object:
        """Return the value of an expression about the record."""
        return self.gate.evaluator.value(expression, self.names())

    def options(self) -> SaveOptions:
        """Return how a step saves: all steps of one run are one change set."""
        label = self.rule.label.in_language(self.gate.context.language, name=self.rule.name)
        return SaveOptions(kind=RULE, label=label, change_set=self.change_set, merge=True)

    def note(self, saved: Saved) -> None:
        """Remember the change set of the run."""
        self.change_set = saved.change_set

    def performed(self) -> Performed:
        """Return what the run did, for who pressed a button."""
        saved = None
        if self.change_set is not None:
            version = int(str(self.values()["version"]))
            saved = Saved(self.record, version, self.change_set)
        return Performed(saved=saved, goes_to=self.goes_to)


class Step(Protocol):
    """One kind of step. Stateless; raises what a save would raise."""

    kind: ClassVar[str]

    def run(self, work: Work, step: StepDefinition) -> bool:
        """Do the step; return whether the steps behind it are to be done."""
        ...
