"""One run of a rule on one record: all its steps or none, and a note of what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cardwright_entities.errors import CardwrightError, InputError, Message, UnavailableError
from cardwright_entities.flows.rules.calling import WebhookStep
from cardwright_entities.flows.rules.making_records import CreateStep, UpsertStep
from cardwright_entities.flows.rules.owning import AssignStep
from cardwright_entities.flows.rules.runs import DONE, FAILED, note_run
from cardwright_entities.flows.rules.setting_values import SetStep
from cardwright_entities.flows.rules.stopping import StopStep
from cardwright_entities.flows.rules.taking_actions import ConvertStep, MoveStep
from cardwright_entities.flows.rules.telling import NotifyStep
from cardwright_entities.flows.rules.work import Step, Work
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.rules import RuleDefinition

#: Every kind of step by its key.
STEPS: Mapping[str, Step] = MappingProxyType(
    {
        each.kind: each
        for each in (
            SetStep(),
            CreateStep(),
            UpsertStep(),
            MoveStep(),
            ConvertStep(),
            AssignStep(),
            NotifyStep(),
            WebhookStep(),
            StopStep(),
        )
    }
)


def do_steps(gate: Records, rule: RuleDefinition, record: int) -> Work:
    """Do the steps of a rule; raise what a save would raise."""
    acting = gate.beyond_rights() if rule.rights == "system" else gate
    work = Work(acting, rule, gate.model.entity(rule.entity), record)
    for step in rule.steps:
        if not STEPS[step.kind].run(work, step):
            break
    return work


def run_on(gate: Records, rule: RuleDefinition, record: int, key: str = "") -> bool:
    """Do the steps in the background; return whether they went through.

    What is wrong with the record or its rights is noted and takes back this run alone.
    """
    try:
        with gate.session.savepoint():
            work = do_steps(gate, rule, record)
    except UnavailableError:
        raise  # the whole transaction is tried again
    except CardwrightError as error:
        note_run(gate.session, rule.name, record, FAILED, key=key, problem=_told(error))
        return False
    note_run(gate.session, rule.name, record, DONE, key=key, change_set=work.change_set)
    return True


def _told(error: CardwrightError) -> dict[str, object]:
    told: dict[str, object] = _written(error.message)
    if isinstance(error, InputError):
        told["fields"] = {
            name: [_written(each) for each in messages] for name, messages in error.fields.items()
        }
    return told


def _written(message: Message) -> dict[str, object]:
    return {"code": message.code, "params": dict(message.params)}
