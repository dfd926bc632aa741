"""What a rule's button asks before it works, and the answers as its expressions read them."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.errors import InputError, Message, ValueProblem
from cardwright_entities.model.asking_forms import form_of
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.rules import RuleDefinition


def asked_fields(model: Model, rule: RuleDefinition) -> tuple[FieldModel, ...]:
    """Return the fields that the small form shows."""
    return tuple(model.entity(form_of(rule)).fields.values()) if rule.asks else ()


def read_answers(gate: Records, rule: RuleDefinition, raw: Mapping[str, object]) -> Values:
    """Return the answers by field; raise InputError with everything that is wrong with them."""
    problems = {
        name: [Message.of("unknown_field", name=name[:60])] for name in raw if name not in rule.asks
    }
    answers: Values = {}
    for found in asked_fields(gate.model, rule):
        try:
            answers[found.name] = found.parse(raw.get(found.name), gate.context)
        except ValueProblem as problem:
            problems[found.name] = [problem.message]
            continue
        if rule.asks[found.name] and answers[found.name] is None:
            problems[found.name] = [Message("required")]
    if problems:
        raise InputError(problems)
    return answers
