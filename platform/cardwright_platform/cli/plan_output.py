"""A plan as people read it: three sentences, what stands against it, the steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from cardwright_entities.changes.costs import Cost
from cardwright_entities.changes.plans import Offence, Plan
from cardwright_entities.changes.reverting import Reversal
from cardwright_entities.changes.steps import Step
from cardwright_entities.queries.former_values import Failing
from cardwright_platform.cli.output import Output
from cardwright_platform.cli.overlay_output import show_overlays
from cardwright_platform.instance import Instance

#: Records, uses and reasons that are named; the JSON names more.
_NAMED = 5
_USES = 20


def _failing(instance: Instance, found: Plan, language: str) -> tuple[tuple[Failing, ...], ...]:
    """Return beside each offence its records and what they hold: an operator may know all."""
    if not found.offences:
        return ()
    with instance.engine.read(instance.system_context(language)) as desk:
        return tuple(desk.former_values.of_plan(found, each) for each in found.offences)


def plan_to_json(instance: Instance, found: Plan, language: str) -> dict[str, Any]:
    """Return a plan for programs, with what does not convert."""
    told = found.to_json()
    for offence, failing in zip(told["offences"], _failing(instance, found, language), strict=True):
        values = {each.record: each.value for each in failing}
        offence["values"] = [values.get(each, "") for each in offence["records"]]
    return told


def show_plan(instance: Instance, found: Plan, output: Output) -> None:
    """Write a plan for a person; programs get none."""
    if output.as_json:
        return
    if found.is_empty:
        output.say("cli.plan_empty")
        return
    for sentence in (*found.describe(output.language), *found.overlays.describe(output.language)):
        click.echo(sentence)
    for offence, failing in zip(
        found.offences, _failing(instance, found, output.language), strict=True
    ):
        _show_offence(offence, failing, found, output)
    for question in found.questions:
        output.say("cli.plan_rename", target=question.target, old=question.old, new=question.new)
    _show_surroundings(found, output)
    show_overlays(found.overlays, output)
    output.write_table(
        ("step", "of", "name", "waits", "rows", "s", "taken back by"),
        [_row(step, cost, output) for step, cost in zip(found.steps, found.costs, strict=True)],
    )


def _row(step: Step, cost: Cost, output: Output) -> tuple[object, ...]:
    waits = output.text(f"cli.lock_{cost.lock}") if cost.lock else ""
    seconds = f"{cost.seconds:.2f}" if cost.lock else ""
    inverse = output.text(f"cli.inverse_{cost.inverse}")
    return (step.kind, step.target, step.name, waits, cost.rows or "", seconds, inverse)


def _show_surroundings(found: Plan, output: Output) -> None:
    for budget in found.budgets:
        if budget.is_tight:
            used = budget.used + budget.added
            output.say("cli.plan_columns", table=budget.table, used=used, limit=budget.limit)
    if found.uses:
        output.say("cli.plan_uses", count=len(found.uses))
    for use in found.uses[:_USES]:
        click.echo(f"  {use.place}: {use.entity}.{use.field}")
        if use.views:
            output.say("cli.plan_views", count=use.views)


def show_reversal(instance: Instance, found: Reversal, output: Output) -> None:
    """Write the plan of a revert, with what stays and what would break."""
    for place in found.conflicts:
        output.say("cli.revert_conflict", place=place)
    for use in found.breaks:
        output.say("cli.revert_breaks", place=use.place, field=f"{use.entity}.{use.field}")
    if found.plan.is_empty:
        output.say("cli.revert_empty")
        return
    show_plan(instance, found.plan, output)


def _show_offence(offence: Offence, failing: Sequence[Failing], plan: Plan, output: Output) -> None:
    records = ", ".join(str(record) for record in offence.records[:_NAMED])
    told = {"count": offence.count, "target": offence.target, "records": records}
    output.say(f"cli.plan_offence_{offence.kind}", **told)
    for each in failing[:_NAMED]:
        if each.reason is not None:
            value = f"“{each.value}” " if each.value else ""
            why = output.words.say(output.language, each.reason)
            click.echo(f"  /card/{each.entity}/{each.record}: {value}{why}")
    if offence.kind in plan.accepted:
        output.say(f"cli.plan_accepted_{offence.kind}")
