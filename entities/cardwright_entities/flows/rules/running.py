"""One run of a rule on one record: all its steps or none, and a note of what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cardwright_entities.errors import CardwrightError, InputError, Message, UnavailableError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.calling import WebhookStep
from cardwright_entities.flows.rules.mailing import MailStep
from cardwright_entities.flows.rules.making_records import CreateStep, UpsertStep
from cardwright_entities.flows.rules.owning import AssignStep
from cardwright_entities.flows.rules.reaching_records import each_of
from cardwright_entities.flows.rules.reckoning import CalculateStep
from cardwright_entities.flows.rules.runs import DONE, FAILED, note_run
from cardwright_entities.flows.rules.setting_values import SetStep
from cardwright_entities.flows.rules.stopping import StopStep
from cardwright_entities.flows.rules.taking_actions import ConvertStep, MoveStep
from cardwright_entities.flows.rules.telling import NotifyStep
from cardwright_entities.flows.rules.texting import SmsStep
from cardwright_entities.flows.rules.work import Step, Work
from cardwright_entities.model.rule_scopes import entity_of_each
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.rules import RANK, RuleDefinition

#: The button above a list.
LIST = "list"

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
            MailStep(),
            SmsStep(),
            CalculateStep(),
            StopStep(),
        )
    }
)


def work_of(
    gate: Records, rule: RuleDefinition, record: int = 0, asked: Values | None = None
) -> Work:
    """Return what the steps of a rule work on, with the rights that the rule has."""
    acting = gate.beyond_rights() if rule.rights == "system" else gate
    return Work(acting, rule, gate.model.entity(rule.entity), record, asked)


def do_steps(gate: Records, rule: RuleDefinition, record: int, asked: Values | None = None) -> Work:
    """Do the steps of a rule, once or for each record found; raise what a save would raise.

    Of a rule without a record of its own that finds records, ``record`` is one of those.
    """
    if rule.each is not None and rule.trigger.has_no_record:
        work = work_of(gate, rule, 0, asked)
        found = entity_of_each(gate.model, rule)
        assert found is not None
        _do(work, RecordRef(found.name, record))
        return work
    work = work_of(gate, rule, record, asked)
    for each in each_of(work) if rule.each is not None else (None,):
        _do(work, each)
    return work


def _do(work: Work, each: RecordRef | None) -> None:
    work.each, work.made = each, {}
    for step in work.rule.steps:
        if step.kind != RANK and not STEPS[step.kind].run(work, step):
            break


def run_on(
    gate: Records,
    rule: RuleDefinition,
    record: int,
    key: str = "",
    asked: Values | None = None,
) -> bool:
    """Do the steps in the background; return whether they went through.

    What is wrong with the record or its rights is noted and takes back this run alone.
    """
    try:
        with gate.session.savepoint():
            work = do_steps(gate, rule, record, asked)
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
