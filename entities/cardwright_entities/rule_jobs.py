"""The jobs of rules: doing their steps on some records, and looking at what the clock brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.flows.rules.answers import read_answers
from cardwright_entities.flows.rules.listening import RUN
from cardwright_entities.flows.rules.membership import is_one_new
from cardwright_entities.flows.rules.ranking import Place, place_records, ranked
from cardwright_entities.flows.rules.running import run_on
from cardwright_entities.flows.rules.runs import DONE, note_run, runs_with_key, sweep_runs
from cardwright_entities.flows.rules.sweeping import sweep_rule
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.runs import JobRun, JobStep
from cardwright_entities.store.sessions import Session

SWEEP = "sweep_rules"
FORGET = "forget_rule_runs"

#: What the clock brings is looked at this often.
EVERY = timedelta(minutes=5)

#: Places that are stored in one transaction.
AT_ONCE = 500

SCHEDULES = (
    Schedule(kind=SWEEP, every=EVERY),
    Schedule(kind=FORGET, every=timedelta(days=1)),
)

DeskOf = Callable[[Session, Context], Desk]


def rule_kinds(desk_of: DeskOf) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that rules need."""
    return (
        JobKind(name=RUN, run=lambda run: run_rule(run, desk_of)),
        JobKind(name=SWEEP, run=lambda run: sweep_rules(run, desk_of), at_once=1),
        JobKind(name=FORGET, run=forget_runs, at_once=1),
    )


def run_rule(run: JobRun, desk_of: DeskOf) -> None:
    """Do a rule's steps on its records, each in a transaction of its own."""
    asked = run.job.arguments
    name, records = str(asked["rule"]), list(asked["records"])
    chain = (*map(str, asked.get("chain", ())), name)
    failed = int(run.progress.cursor.get("failed", 0))
    for index in range(int(run.progress.cursor.get("next", 0)), len(records)):

        def work(step: JobStep, index: int = index, failed: int = failed) -> bool:
            gate = desk_of(step.session, replace(run.context, rules=chain)).records
            rule = gate.model.catalog.rules.get(name)
            done = True
            key = str(asked.get("key", ""))
            due = not (key and runs_with_key(step.session, name, key, [records[index]]))
            if rule is not None and rule.active and due:
                answers = read_answers(gate, rule, asked["asked"]) if "asked" in asked else None
                done = run_on(gate, rule, records[index], key, answers)
            cursor = {"next": index + 1, "failed": failed + (not done)}
            step.advance(done=index + 1, total=len(records), cursor=cursor)
            return done

        failed += not run.write(work)
    places = rank_records(run, desk_of, name, chain)
    told = {"records": len(records), "failed": failed}
    run.write(lambda step: step.complete({**told, "ranked": places} if places else told))


def rank_records(run: JobRun, desk_of: DeskOf, name: str, chain: tuple[str, ...]) -> int:
    """Do what a rule owes to all its records together; return how many got another place.

    What was stored before a crash is a place already, so that nothing is done twice.
    """
    context = replace(run.context, rules=chain)
    with run.store.read(context) as session:
        gate = desk_of(session, context).records
        rule = gate.model.catalog.rules.get(name)
        if rule is None or not rule.active or not rule.is_for_all:
            return 0
        places = ranked(gate, rule)
    for start in range(0, len(places), AT_ONCE):
        batch = places[start : start + AT_ONCE]

        def work(step: JobStep, batch: list[Place] = batch) -> None:
            gate = desk_of(step.session, context).records
            change_set = place_records(gate, gate.model.catalog.rules[name], batch)
            note_run(gate.session, name, 0, DONE, change_set=change_set)

        run.write(work)
    return len(places)


def sweep_rules(run: JobRun, desk_of: DeskOf) -> None:
    """Look at every rule that waits for the clock, each in a transaction of its own."""
    with run.store.read(run.context) as session:
        rules = desk_of(session, run.context).model.catalog.rules
        waiting = [
            rule.name for rule in rules.values() if rule.active and rule.trigger.waits_for_clock
        ]
    count = 0
    for name in waiting:

        def work(step: JobStep, name: str = name) -> int:
            desk = desk_of(step.session, run.context)
            rule = desk.model.catalog.rules.get(name)
            return 0 if rule is None else sweep_rule(desk.records, rule)

        count += run.write(work)
    run.write(lambda step: step.complete({"records": count}))


def look_at_new_rules(desk: Desk) -> None:
    """Ask for a look at once if a rule is new: until then it misses who enters its query."""
    if is_one_new(desk.records):
        Jobs().enqueue(desk.session, SWEEP, {}, cause="apply")


def forget_runs(run: JobRun) -> None:
    """Forget what rules did long ago."""
    run.write(lambda step: step.complete({"runs": sweep_runs(step.session)}))
