"""The step of a rule that caused a message: what it says is read when the message is sent."""

from __future__ import annotations

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.model import Model
from cardwright_entities.outbox import Outgoing
from cardwright_metadata.definitions.rules import StepDefinition


def step_of(model: Model, message: Outgoing) -> StepDefinition:
    """Return the step behind a message; raise NotFoundError where the rule says it no longer."""
    rule = model.catalog.rules.get(message.rule)
    for step in rule.steps if rule is not None else ():
        if step.name == message.name and step.kind == message.channel:
            return step
    raise NotFoundError(Message("outbox_no_step"))
