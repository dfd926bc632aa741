"""What the steps of a rule work on: one record, the gate to write through, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Performed
from cardwright_entities.model.asking_forms import form_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.rule_scopes import EACH, root_of_form
from cardwright_entities.records.evaluating import Evaluator, RecordValues
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
    asked: Values | None = None  #: what the form of a button has asked
    each: RecordRef | None = None  #: for which record the steps are done now
    made: dict[str, RecordRef] = field(default_factory=dict)  #: what steps before have made
    change_set: int | None = None
    goes_to: RecordRef | None = None  #: what somebody who pressed a button sees next

    def values(self) -> Values:
        """Return the record as it is now; raise NotFoundError when it is gone."""
        return self.stored(RecordRef(self.entity.name, self.record)) if self.record else {}

    def stored(self, record: RecordRef) -> Values:
        """Return a record as it is now; raise NotFoundError when it is gone."""
        found = self.gate.loader.record(self.gate.model.entity(record.entity), record.id)
        if found is None:
            raise NotFoundError(Message("not_found"))
        return found

    @property
    def about(self) -> RecordRef:
        """Return what set, move, assign and convert work on: each record, or the rule's."""
        return self.each or RecordRef(self.entity.name, self.record)

    @property
    def evaluator(self) -> Evaluator:
        """Return what evaluates, knowing ``$each``, ``$ask`` and ``$mail``."""
        roots: dict[str, RecordValues] = {}
        plain = self.gate.evaluator
        if self.rule.asks:
            form = self.gate.model.entity(form_of(self.rule))
            roots[root_of_form(self.rule)] = RecordValues(plain, form, self.asked or {})
        if self.each is not None:
            entity = self.gate.model.entity(self.each.entity)
            roots[EACH] = RecordValues(plain, entity, self.stored(self.each))
        return replace(plain, roots=roots) if roots else plain

    def names(self) -> RecordValues:
        """Return the names that the expressions of steps mean."""
        return RecordValues(self.evaluator, self.entity, self.values())

    def value(self, expression: Expression) -> object:
        """Return the value of an expression about the record."""
        names = self.names()
        return names.evaluator.value(expression, names)

    def options(self) -> SaveOptions:
        """Return how a step saves: all steps of one run are one change set."""
        label = self.rule.label.in_language(self.gate.context.language, name=self.rule.name)
        return SaveOptions(
            kind=RULE,
            label=label,
            change_set=self.change_set,
            merge=True,
            read_only_too=self.gate.context.principal.is_system,
        )

    def note(self, saved: Saved) -> None:
        """Remember the change set of the run."""
        self.change_set = saved.change_set

    def performed(self) -> Performed:
        """Return what the run did, for who pressed a button."""
        saved = None
        if self.change_set is not None and self.record:
            version = int(str(self.values()["version"]))
            saved = Saved(self.record, version, self.change_set)
        return Performed(saved=saved, goes_to=self.goes_to)


class Step(Protocol):
    """One kind of step. Stateless; raises what a save would raise."""

    kind: ClassVar[str]

    def run(self, work: Work, step: StepDefinition) -> bool:
        """Do the step; return whether the steps behind it are to be done."""
        ...
