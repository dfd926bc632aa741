"""What a rule's button asks before it works, and the answers as its expressions read them."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.errors import InputError, Message, ValueProblem
from cardwright_entities.model.asking_forms import form_of
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.titles import pointed
from cardwright_entities.records.file_checks import refusal_of_file
from cardwright_entities.records.gate import Records
from cardwright_entities.records.link_checks import readable_targets
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.rules import RuleDefinition


def asked_fields(model: Model, rule: RuleDefinition) -> tuple[FieldModel, ...]:
    """Return the fields that the small form shows."""
    return tuple(model.entity(form_of(rule)).fields.values()) if rule.asks else ()


def read_answers(gate: Records, rule: RuleDefinition, raw: Mapping[str, object]) -> Values:
    """Return the answers by field; raise InputError with everything that is wrong with them.

    What is read again by a job was asked for by ``take_answers``.
    """
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


def take_answers(gate: Records, rule: RuleDefinition, raw: Mapping[str, object]) -> Values:
    """Return the answers of who asks for a rule now; raise InputError as ``read_answers`` does.

    He points to what he may read and brings what is his: steps read behind an answer with all
    rights, and may write what they find where he reads it.
    """
    answers = read_answers(gate, rule, raw)
    problems: dict[str, list[Message]] = {}
    for found in asked_fields(gate.model, rule):
        refusal = _refusal(gate, found, answers[found.name])
        if refusal is not None:
            problems[found.name] = [refusal]
    if problems:
        raise InputError(problems)
    return answers


def _refusal(gate: Records, found: FieldModel, value: object) -> Message | None:
    for entity, record in pointed(gate.reading, found, value):
        if record not in readable_targets(gate.session, gate.reading, entity, [record]):
            return Message("unknown_record")
    if not found.type.holds_file:
        return None
    files = found.type.files_of(value)
    told = (refusal_of_file(gate.session, gate.reading, found, each) for each in files)
    return next((each for each in told if each is not None), None)
