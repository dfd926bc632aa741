"""What a step has set off beside its record: rules that worked, people who were told."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.runs import count_runs, newest_run
from cardwright_entities.notifications import accounts_told, newest_notification
from cardwright_entities.people.people import People
from cardwright_entities.scenarios.outcomes import StepFailure
from cardwright_entities.scenarios.values import Known
from cardwright_metadata.definitions.scenarios import StepDefinition


@dataclass(frozen=True)
class Traces:
    """How far rules and notifications were before a step."""

    run: int
    notification: int


def read_traces(engine: Engine, context: Context) -> Traces:
    """Return how far rules and notifications are."""
    with engine.store.read(context) as session:
        return Traces(newest_run(session), newest_notification(session))


def check_traces(desk: Desk, before: Traces, step: StepDefinition, known: Known) -> None:
    """Compare what a step set off with what its author says; raise StepFailure."""
    for rule, expected in step.runs.items():
        found = count_runs(desk.session, rule, before.run)
        if found != expected:
            raise StepFailure(
                Message.of("scenario_expected", name=rule, expected=str(expected), found=str(found))
            )
    if step.tells is None:
        return
    told = accounts_told(desk.session, before.notification)
    names = {account_of(desk, known.record(each)): each for each in step.tells}
    if set(names) != told:
        people = {account_of(desk, ref): f"${name}" for name, ref in known.records.items()}
        found_names = sorted(people.get(each, str(each)) for each in told)
        raise StepFailure(
            Message.of(
                "scenario_tells",
                expected=", ".join(step.tells) or "—",
                found=", ".join(found_names) or "—",
            )
        )


def account_of(desk: Desk, person: RecordRef) -> int | None:
    """Return the account of an employee or of a user, None where he has none."""
    catalog = desk.model.catalog
    user, employee = catalog.player("user"), catalog.player("employee")
    if user is not None and person.entity == user.name:
        return person.id
    if employee is None or person.entity != employee.name:
        return None
    return People(desk.session, desk.model).account_of(person.id)
