"""A plan as people read it: three sentences, what stands against it, the steps."""

from __future__ import annotations

import click

from cardwright_entities.changes.costs import Cost
from cardwright_entities.changes.plans import Offence, Plan
from cardwright_entities.changes.reverting import Reversal
from cardwright_entities.changes.steps import Step
from cardwright_platform.cli.output import Output
from cardwright_platform.cli.overlay_output import show_overlays

#: Records, uses and reasons that are named; the JSON names more.
_NAMED = 5
_USES = 20


def show_plan(found: Plan, output: Output) -> None:
    """Write a plan for a person."""
    if found.is_empty:
        output.say("cli.plan_empty")
        return
    if not output.as_json:
        for sentence in (
            *found.describe(output.language),
            *found.overlays.describe(output.language),
        ):
            click.echo(sentence)
    for offence in found.offences:
        _show_offence(offence, found, output)
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
    if not output.as_json:
        for use in found.uses[:_USES]:
            click.echo(f"  {use.place}: {use.entity}.{use.field}")
            if use.views:
                output.say("cli.plan_views", count=use.views)


def show_reversal(found: Reversal, output: Output) -> None:
    """Write the plan of a revert, with what stays and what would break."""
    for place in found.conflicts:
        output.say("cli.revert_conflict", place=place)
    for use in found.breaks:
        output.say("cli.revert_breaks", place=use.place, field=f"{use.entity}.{use.field}")
    if found.plan.is_empty:
        output.say("cli.revert_empty")
        return
    show_plan(found.plan, output)


def _show_offence(offence: Offence, plan: Plan, output: Output) -> None:
    records = ", ".join(str(record) for record in offence.records[:_NAMED])
    told = {"count": offence.count, "target": offence.target, "records": records}
    output.say(f"cli.plan_offence_{offence.kind}", **told)
    for record, reason in list(zip(offence.records, offence.reasons, strict=False))[:_NAMED]:
        if not output.as_json:
            entity = offence.target.partition("/")[2].partition("#")[0]
            click.echo(f"  /card/{entity}/{record}: {output.words.say(output.language, reason)}")
    if offence.kind in plan.accepted:
        output.say(f"cli.plan_accepted_{offence.kind}")
