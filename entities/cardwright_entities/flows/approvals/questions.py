"""What the buttons of approvals ask: an opinion, a person, a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message, ValueProblem
from cardwright_entities.model.asking_forms import free_field
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_metadata.definitions.approvals import ApprovalStepDefinition
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.texts import Text

#: What the questions are called.
COMMENT, EMPLOYEE, STEP = "comment", "ask_whom", "step"

_LABELS = {
    COMMENT: Text.of({"zh": "意见", "en": "Opinion"}),
    EMPLOYEE: Text.of({"zh": "人员", "en": "Person"}),
    STEP: Text.of({"zh": "退回到", "en": "Back to"}),
}


def ask_comment(model: Model) -> FieldModel:
    """Return the question for an opinion."""
    return _field(model, COMMENT, "long_text", {})


def ask_employee(model: Model) -> FieldModel | None:
    """Return the question for a person, None where nobody plays employee."""
    player = model.catalog.player("employee")
    if player is None:
        return None
    return _field(model, EMPLOYEE, "employee", {"targets": (player.name,)})


def ask_step(model: Model, steps: Sequence[ApprovalStepDefinition]) -> FieldModel:
    """Return the question for a step."""
    values = {
        each.name: {"label": dict(each.label.words) or {"en": each.name}, "order": index}
        for index, each in enumerate(steps)
    }
    return _field(model, STEP, "picklist", {"values": values})


def read_answers(
    asks: Sequence[FieldModel], required: frozenset[str], raw: Mapping[str, Any], context: Context
) -> dict[str, Any]:
    """Return what was answered; raise InputError with everything that is wrong."""
    problems: dict[str, list[Message]] = {}
    found: dict[str, Any] = {}
    known = {each.name: each for each in asks}
    for name in raw:
        if name not in known:
            problems[name] = [Message.of("unknown_field", name=name[:60])]
    for name, each in known.items():
        try:
            found[name] = each.parse(raw.get(name), context)
        except ValueProblem as problem:
            problems[name] = [problem.message]
            continue
        if name in required and found[name] in (None, ""):
            problems[name] = [Message("required")]
    if problems:
        raise InputError(problems)
    return found


def _field(model: Model, name: str, kind: str, options: Mapping[str, Any]) -> FieldModel:
    definition = FieldDefinition(name=name, type=kind, label=_LABELS[name], options=options)
    return free_field(definition, model.types)
