"""Rules that wait for a button on the card."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.rules.answers import asked_fields, take_answers
from cardwright_entities.flows.rules.listening import rules_of
from cardwright_entities.flows.rules.running import do_steps
from cardwright_entities.flows.rules.runs import DONE, note_run
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values

#: What the names of these actions begin with.
RULE = "rule."


class RuleButtons:
    """Offers rules with a button, where their condition holds."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return the buttons of a record."""
        names = RecordValues(gate.evaluator, entity, values)
        return [
            Action(
                name=RULE + rule.name,
                label=rule.label,
                kind="rule",
                icon="bolt",
                asks=asked_fields(gate.model, rule),
                required=frozenset(name for name, needed in rule.asks.items() if needed),
            )
            for rule in rules_of(gate.model, entity.name)
            if rule.trigger.button == "card"
            and (rule.condition is None or gate.evaluator.holds(rule.condition, names))
        ]

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Do the steps at once; what is wrong is told to who pressed the button."""
        rule = gate.model.catalog.rules[action.name.removeprefix(RULE)]
        stored = gate.loader.records(entity, [record]).get(record, {})
        if asking.version is not None and asking.version != stored.get("version"):
            raise ConflictError(Message("changed_meanwhile"))
        answers = take_answers(gate, rule, asking.values)
        work = do_steps(gate, rule, record, answers)
        note_run(gate.session, rule.name, record, DONE, change_set=work.change_set)
        return work.performed()
