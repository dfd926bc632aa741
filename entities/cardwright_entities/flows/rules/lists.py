"""Rules about a whole set, by a button above the list, another system or a mail: begun as a job."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.errors import LimitError, Message, NotFoundError
from cardwright_entities.flows.rules.answers import take_answers
from cardwright_entities.flows.rules.listening import RUN, rules_of
from cardwright_entities.flows.rules.reaching_records import each_of
from cardwright_entities.flows.rules.running import LIST, work_of
from cardwright_entities.flows.rules.sets import records_of
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.model import Model
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.rules import RuleDefinition

#: Records on which one press of a button works at most.
MOST_RECORDS = 50_000


def rules_above(gate: Records, entity: str) -> list[RuleDefinition]:
    """Return the rules whose buttons stand above the list of an entity, those one may do."""
    if not gate.policy.may(gate.context.principal, entity, "read"):
        return []
    return [
        each
        for each in rules_of(gate.model, entity)
        if each.trigger.button == LIST and _may_do(gate, each)
    ]


def _may_do(gate: Records, rule: RuleDefinition) -> bool:
    """Tell whether there are records with which somebody may do the steps; else none is begun."""
    if rule.rights != "actor":
        return True
    about = rule.entity if rule.each is None else rule.each.entity
    needs = {
        (about, "edit") if step.kind == "set" else (str(step.options["entity"]), "create")
        for step in rule.steps
        if step.kind == "create" or (step.kind == "set" and about)
    }
    may, principal = gate.policy.may, gate.context.principal
    return all(may(principal, entity, action) for entity, action in needs)


def find_rule(gate: Records, entity: str, name: str) -> RuleDefinition:
    """Return a rule above the list of an entity; raise NotFoundError."""
    for rule in rules_above(gate, entity):
        if rule.name == name:
            return rule
    raise NotFoundError(Message("not_found"))


def start_rule(gate: Records, jobs: Jobs, name: str, raw: Mapping[str, object]) -> int:
    """Ask for a rule's steps on its whole set, with the answers of its form; return the job.

    The set is what whoever asks can read, of a rule with ``for_each`` the records it finds. Raise
    NotFoundError for a rule that he is not offered, InputError for wrong answers.
    """
    rule = gate.model.catalog.rules.get(name)
    if rule is None or rule not in rules_above(gate, rule.entity):
        raise NotFoundError(Message("not_found"))
    return begin_rule(gate, jobs, rule, raw)


def hear_rule(gate: Records, jobs: Jobs, name: str, raw: Mapping[str, object], message: str) -> int:
    """Ask for the steps of a rule of which another system told, once for each of its messages.

    Raise NotFoundError for a rule without a webhook, InputError for what it did not ask.
    """
    rule = gate.model.catalog.rules.get(name)
    if rule is None or not rule.active or not rule.trigger.webhook:
        raise NotFoundError(Message("not_found"))
    return begin_rule(gate, jobs, rule, raw, key=f"hook/{name}/{message}")


def rules_of_mails(model: Model) -> list[RuleDefinition]:
    """Return the rules that mails set off."""
    return [each for each in model.catalog.rules.values() if each.active and each.trigger.mail]


def hear_mail(
    gate: Records, jobs: Jobs, rule: RuleDefinition, mail: Mapping[str, object], key: str
) -> bool:
    """Ask for a rule's steps once for a mail that came in, if its condition holds for it."""
    if rule.condition is not None:
        work = work_of(gate, rule, asked=take_answers(gate, rule, mail))
        if not work.evaluator.holds(rule.condition, work.names()):
            return False
    begin_rule(gate, jobs, rule, mail, key=f"mail/{rule.name}/{key}")
    return True


def begin_rule(
    gate: Records,
    jobs: Jobs,
    rule: RuleDefinition,
    raw: Mapping[str, object],
    key: str | None = None,
) -> int:
    """Ask for a rule's steps on its whole set, whoever wants it; return the job."""
    answers = take_answers(gate, rule, raw)
    work = work_of(gate, rule, asked=answers)
    if rule.each is not None:
        records = [each.id for each in each_of(work)]
    elif rule.trigger.is_told:
        records = [0]  # the steps make records of their own
    else:
        records = list(records_of(work.gate, rule))
    if len(records) > MOST_RECORDS:
        raise LimitError(Message.of("too_many_records", most=MOST_RECORDS))
    arguments = {"rule": rule.name, "records": records, "chain": [], "key": "", "asked": dict(raw)}
    return jobs.enqueue(gate.session, RUN, arguments, key=key, cause=f"rule/{rule.name}")
