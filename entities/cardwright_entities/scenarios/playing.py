"""A scenario, played: every step through the seams that people's work goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from cardwright_entities.contexts import SYSTEM, Context, Principal
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.proposals import propose
from cardwright_entities.flows.rules.lists import begin_rule, start_rule
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.saving import SaveOptions
from cardwright_entities.scenarios.expecting import check_record, is_same, show
from cardwright_entities.scenarios.numbers import check_report
from cardwright_entities.scenarios.outcomes import Outcome, StepFailure, codes_of, is_expected
from cardwright_entities.scenarios.settling import Settling
from cardwright_entities.scenarios.traces import account_of, check_traces, read_traces
from cardwright_entities.scenarios.values import Known, lay_over, read_path
from cardwright_entities.settings import write_setting
from cardwright_metadata.definitions.scenarios import (
    ActingDefinition,
    ScenarioDefinition,
    StepDefinition,
)
from cardwright_metadata.expressions.tree import Node

#: The day on which a scenario plays that names none.
USUAL_DAY = date(2026, 11, 18)
#: People come to work before the first step of a day.
_MORNING = time(9)
#: Who acts without an account of his own is nobody's; rights come from the roles.
_ACCOUNT = 2**40
_SYSTEM_ACTS = ActingDefinition(roles=("system",))


def day_of(scenario: ScenarioDefinition) -> date:
    """Return the day on which a scenario begins."""
    return date.fromisoformat(scenario.today) if scenario.today else USUAL_DAY


def play(engine: Engine, scenario: ScenarioDefinition, context: Context) -> Outcome:
    """Play a scenario over a database that is thrown away afterwards; return how it ended.

    The jobs that a step leaves behind are done before the next, those of the clock as days pass.
    """
    known = Known(day_of(scenario), context.zone)
    playing = _Playing(engine, scenario, context, known)
    name = ""
    try:
        playing.begin()
        for step in (*scenario.given, *scenario.steps):
            name = step.name
            playing.do(step, is_given=step in scenario.given)
    except StepFailure as failure:
        return Outcome(
            scenario=scenario.name,
            pack=scenario.pack,
            step=name,
            message=failure.message,
            refusal=failure.refusal,
        )
    return Outcome(scenario=scenario.name, pack=scenario.pack)


@dataclass(eq=False)
class _Playing:
    """One run: the records that it knows so far, and who acts."""

    engine: Engine
    scenario: ScenarioDefinition
    base: Context
    known: Known
    _verbs: dict[str, Callable[[Desk, StepDefinition], RecordRef | None]] = field(init=False)
    _settling: Settling = field(init=False)

    def __post_init__(self) -> None:
        self._settling = Settling(self.engine)
        self._verbs = {
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "restore": self._restore,
            "perform": self._perform,
            "convert": self._convert,
            "run": self._run,
            "read": self._read,
            "find": self._find,
            "count": self._count,
            "sum": self._sum,
            "report": self._report,
        }

    def begin(self) -> None:
        """Give the settings the values that the scenario wants, and let the first day begin."""
        context = self._context(_SYSTEM_ACTS, "")
        for name, value in self.scenario.settings.items():
            self.engine.run_write(context, partial(_set, name=name, value=value))
        self._settling.pass_days(context)

    def do(self, step: StepDefinition, *, is_given: bool) -> None:
        """Do one step and look at what it did; raise StepFailure."""
        acting = step.acting or (_SYSTEM_ACTS if is_given else self.scenario.acting)
        context = self._context(acting, step.today)
        before = read_traces(self.engine, context)
        self._settling.pass_days(context)
        try:
            found = self.engine.run_write(context, lambda desk: self._verbs[step.verb](desk, step))
        except CardwrightError as error:
            self._refused(step, error)
            return
        if step.refused is not None:
            raise StepFailure(Message.of("scenario_not_refused", expected=step.refused.code))
        if found is not None:
            self.known.records[step.name] = found
        self._settling.settle(context)
        with self.engine.read(context) as desk:
            if found is not None and step.verb != "delete":
                check_record(desk, found, step, self.known)
            check_traces(desk, before, step, self.known)

    def _refused(self, step: StepDefinition, error: CardwrightError) -> None:
        wanted = step.refused
        if wanted is None:
            raise StepFailure(Message("scenario_refused"), error) from error
        if not is_expected(error, wanted.code, wanted.field):
            found = ", ".join(sorted(codes_of(error)))
            message = Message.of("scenario_refused_otherwise", expected=wanted.code, found=found)
            raise StepFailure(message, error) from error

    def _context(self, acting: ActingDefinition, today: str) -> Context:
        said = datetime.fromisoformat(self.known.moment(today)) if today else self.known.day
        if not isinstance(said, datetime) or ":" not in today:
            said = datetime.combine(said, _MORNING)
        now = said.replace(tzinfo=self.base.zone).astimezone(UTC)
        context = replace(self.base, principal=SYSTEM, now=now)
        if acting.roles == ("system",):
            return context
        return replace(context, principal=self._principal(acting, context))

    def _principal(self, acting: ActingDefinition, context: Context) -> Principal:
        who = Principal(_ACCOUNT, ", ".join(acting.roles), frozenset(acting.roles))
        if not acting.employee:
            return who
        employee = self.known.record(acting.employee)
        with self.engine.read(context) as desk:
            return replace(
                who,
                account=account_of(desk, employee) or _ACCOUNT,
                employee=employee.id,
                department=_part(desk, employee, "department"),
                organisation=_part(desk, employee, "organisation"),
            )

    # -- verbs ---------------------------------------------------------------------------------

    def _create(self, desk: Desk, step: StepDefinition) -> RecordRef:
        saved = desk.records.create(step.word, self._values(desk, step.word, step), _options(step))
        return RecordRef(step.word, saved.id)

    def _update(self, desk: Desk, step: StepDefinition) -> RecordRef:
        found = self.known.record(step.word)
        values = self._values(desk, found.entity, step)
        desk.records.update(found.entity, found.id, values, None, _options(step))
        return found

    def _delete(self, desk: Desk, step: StepDefinition) -> RecordRef:
        found = self.known.record(step.word)
        desk.records.delete(found.entity, found.id)
        return found

    def _restore(self, desk: Desk, step: StepDefinition) -> RecordRef:
        found = self.known.record(step.word)
        desk.records.restore(found.entity, found.id)
        return found

    def _perform(self, desk: Desk, step: StepDefinition) -> RecordRef:
        found = self.known.record(step.record)
        asking = Asking(values=self._values(desk, found.entity, step), confirmed=step.confirm)
        done = desk.actions.perform(found.entity, found.id, step.word, asking)
        return done.goes_to or found

    def _convert(self, desk: Desk, step: StepDefinition) -> RecordRef:
        conversion = desk.model.catalog.conversions[step.word]
        sources = [self.known.record(each).id for each in step.sources]
        proposed = propose(desk.records, conversion, sources).raw
        own = self._values(desk, conversion.target, step)
        options = SaveOptions(kind="convert", label=conversion.name, confirmed=step.confirm)
        saved = desk.records.create(conversion.target, lay_over(proposed, own), options)
        return RecordRef(conversion.target, saved.id)

    def _run(self, desk: Desk, step: StepDefinition) -> None:
        rule = desk.model.catalog.rules[step.word]
        values = self._values(desk, rule.entity, step)
        if rule.trigger.schedule or rule.trigger.webhook:  # its time has come, or it was told
            begin_rule(desk.records, Jobs(), rule, values)
        else:
            start_rule(desk.records, Jobs(), step.word, values)

    def _read(self, desk: Desk, step: StepDefinition) -> RecordRef:
        found = self.known.record(step.word)
        desk.record(found.entity, found.id, lines=False, titles=False)
        return found

    def _find(self, desk: Desk, step: StepDefinition) -> RecordRef:
        page = desk.page(
            PageRequest(
                entity=step.word, columns=("id",), where=self._where(desk, step), limit=2,
                count="none",
            )
        )  # fmt: skip
        if len(page.rows) != 1:
            several = "several" if page.rows else "none"
            raise StepFailure(Message.of(f"scenario_found_{several}", entity=step.word))
        return RecordRef(step.word, page.rows[0].id)

    def _count(self, desk: Desk, step: StepDefinition) -> None:
        page = desk.page(
            PageRequest(
                entity=step.word, columns=("id",), where=self._where(desk, step), limit=1,
                count="exact",
            )
        )  # fmt: skip
        _compare("count", step.amount, page.count.value if page.count else None)

    def _sum(self, desk: Desk, step: StepDefinition) -> None:
        page = desk.page(
            PageRequest(
                entity=step.word, columns=("id",), where=self._where(desk, step), limit=1,
                count="none", totals={step.path: "sum"},
            )
        )  # fmt: skip
        _compare(step.path, step.amount, page.totals.get(step.path))

    def _report(self, desk: Desk, step: StepDefinition) -> None:
        check_report(desk, step, self.known)

    def _values(self, desk: Desk, entity: str, step: StepDefinition) -> dict[str, Any]:
        return self.known.raw_values(desk, desk.model.entity(entity), step.values)

    def _where(self, desk: Desk, step: StepDefinition) -> Node | None:
        entity = desk.model.entity(step.word)
        matched = self.known.raw_values(desk, entity, step.match)
        tests = [{"field": name, "op": "=", "value": each} for name, each in matched.items()]
        return desk.condition(step.word, step.where, {"all": tests} if tests else None)


def _set(desk: Desk, *, name: str, value: object) -> None:
    write_setting(desk.session, desk.model, desk.context, name, value)


def _part(desk: Desk, employee: RecordRef, part: str) -> int | None:
    """Return the department or organisation of an employee, None where nobody plays it."""
    path = desk.model.catalog.part("employee", part)
    value = read_path(desk, employee, path)[0] if path is not None else None
    return value if isinstance(value, int) else None


def _options(step: StepDefinition) -> SaveOptions:
    return SaveOptions(confirmed=step.confirm, replace_lines=step.replace_lines)


def _compare(name: str, expected: object, found: object) -> None:
    if not is_same(found, expected):
        raise StepFailure(
            Message.of("scenario_expected", name=name, expected=show(expected), found=show(found))
        )
