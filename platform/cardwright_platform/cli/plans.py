"""``cardwright plan`` and ``apply``: what the files would change, and doing it."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.reconciling import reconcile
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import apply_plan, plan_packs, plant_seeds, read_packs

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))


@click.command()
@_PATHS
@as_json_option
@pass_workplace
def plan(workplace: Workplace, paths: tuple[Path, ...], as_json: bool) -> int:
    """Show what the packs would change; exit code 1 if records stand against it.

    PATHS are further packs beside those of the configuration.
    """
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        found = plan_packs(instance, read_packs(instance, paths))
    output.write_json(found.to_json())
    _show(found, output)
    return 0 if found.is_safe else 1


@click.command()
@_PATHS
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--reason", default="", help="Why, for the history of changes.")
@as_json_option
@pass_workplace
def apply(
    workplace: Workplace, paths: tuple[Path, ...], yes: bool, reason: str, as_json: bool
) -> int:
    """Make the packs true while the server runs; every process uses them at its next request."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        # A plan that is made over an unfinished apply is stale before it is done.
        if reconcile(instance.store, instance.system_context(), instance.types):
            output.say("cli.repaired")
        packs = read_packs(instance, paths)
        found = plan_packs(instance, packs)
        _show(found, output)
        if found.is_empty:
            output.write_json({"commit": found.base, "empty": True})
            return 0
        if not (yes or as_json) and not click.confirm(output.text("cli.apply_question")):
            output.say("cli.nothing_applied")
            return 1
        number = apply_plan(instance, found, author=getpass.getuser(), reason=reason)
        plant_seeds(instance, packs)
    output.write_json({"commit": number, "empty": False})
    output.say("cli.applied", number=number)
    return 0


def _show(found: Plan, output: Output) -> None:
    if found.is_empty:
        output.say("cli.plan_empty")
        return
    if not output.as_json:
        for sentence in found.describe(output.language):
            click.echo(sentence)
    rows = [(step.kind, step.target, step.name) for step in found.steps]
    output.write_table(("step", "of", "name"), rows)
    for question in found.questions:
        output.say("cli.plan_rename", target=question.target, old=question.old, new=question.new)
    for offence in found.offences:
        records = ", ".join(str(record) for record in offence.records[:5])
        output.say("cli.plan_offence", count=offence.count, target=offence.target, records=records)
