"""``cardwright pack …`` for those who run an installation: install, upgrade, uninstall, list."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

import click

from cardwright_platform.archiving import archive_path
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.overlay_output import choices_of, take_option
from cardwright_platform.cli.plan_output import show_plan
from cardwright_platform.cli.scenario_report import outcomes_to_json, tell_playing, write_outcomes
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installed_packs import pack_parts
from cardwright_platform.installing import repair
from cardwright_platform.instance import Instance
from cardwright_platform.packs.plans import PackPlan, carry_out, plan_install, plan_uninstall

_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_YES = click.option("--yes", is_flag=True, help="Do it without asking.")
_REASON = click.option("--reason", default="", help="Why, for the history of changes.")


@click.command()
@_FILE
@_YES
@_REASON
@as_json_option
@pass_workplace
def install(workplace: Workplace, file: Path, yes: bool, reason: str, as_json: bool) -> int:
    """Install the pack of an archive: its powers, its scenarios and its plan are shown first."""
    output = Output(Output.of().language, as_json)

    def plan(instance: Instance) -> PackPlan:
        return plan_install(instance, file, playing=tell_playing(output))

    return _run(workplace, output, plan, yes=yes, reason=reason)


@click.command()
@_FILE
@take_option
@_YES
@_REASON
@as_json_option
@pass_workplace
def upgrade(
    workplace: Workplace,
    file: Path,
    taken: tuple[str, ...],
    yes: bool,
    reason: str,
    as_json: bool,
) -> int:
    """Upgrade an installed pack to the version of an archive; your own changes stay."""
    output = Output(Output.of().language, as_json)
    choices = choices_of(taken)

    def plan(instance: Instance) -> PackPlan:
        watched = tell_playing(output)
        return plan_install(instance, file, upgrade=True, choices=choices, playing=watched)

    return _run(workplace, output, plan, yes=yes, reason=reason)


@click.command()
@click.argument("name")
@click.option("--hand-over", is_flag=True, help="Keep everything; the pack becomes the site's own.")
@click.option("--purge", is_flag=True, help="Archive its data, then delete it for good.")
@click.option("--confirm", default="", help="The name once more, with --purge.")
@_YES
@_REASON
@as_json_option
@pass_workplace
def uninstall(
    workplace: Workplace,
    name: str,
    hand_over: bool,
    purge: bool,
    confirm: str,
    yes: bool,
    reason: str,
    as_json: bool,
) -> int:
    """Remove an installed pack; its records stay in the database, retired.

    With --hand-over everything stays and is the site's; with --purge the records go to an archive.
    """
    output = Output(Output.of().language, as_json)
    if purge and hand_over:
        raise click.UsageError("--hand-over keeps what --purge deletes.")

    def plan(instance: Instance) -> PackPlan:
        found = plan_uninstall(
            instance, name, hand_over=hand_over, purge=purge, playing=tell_playing(output)
        )
        for each in found.purged:
            output.say("cli.pack_purges", name=each)
        return found

    if purge and yes and confirm != name:
        output.say("cli.pack_not_confirmed", name=name)
        output.write_json({"error": {"code": "not_confirmed"}})
        return 1
    return _run(workplace, output, plan, yes=yes, reason=reason)


@click.command("list")
@as_json_option
@pass_workplace
def list_packs(workplace: Workplace, as_json: bool) -> int:
    """List the packs in use, with their versions and where they come from."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        parts = pack_parts(instance)
    rows = [
        (name, part.get("version", ""), part.get("vendor", ""), part.get("archive", "")[:12])
        for name, part in parts.items()
    ]
    titles = ("pack", "version", "vendor", "archive")
    output.write_json({"packs": [dict(zip(titles, row, strict=True)) for row in rows]})
    output.write_table(titles, rows)
    return 0


def _run(
    workplace: Workplace,
    output: Output,
    plan: Callable[[Instance], PackPlan],
    *,
    yes: bool,
    reason: str,
) -> int:
    with workplace.instance() as instance:
        # A plan that is made over an unfinished apply is stale before it is done.
        if repair(instance):
            output.say("cli.repaired")
        found = plan(instance)
        _show(instance, found, output)
        wanted = yes or (not output.as_json and _asked(found, output))
        number = None
        if wanted:
            number = carry_out(instance, found, author=getpass.getuser(), reason=reason)
            for each in found.plan.archives:
                kept = archive_path(instance.config.folder, each)
                output.say("cli.purged", name=found.name, archive=kept)
    written = {**found.to_json(), **outcomes_to_json(found.outcomes, output), "commit": number}
    output.write_json(written)
    if number is None:
        output.say("cli.nothing_applied")
        return 1 if not found.is_safe else 0
    told = {"name": found.name, "version": found.version, "number": number}
    output.say(f"cli.pack_done_{_fate(found)}", **told)
    return 0


def _asked(found: PackPlan, output: Output) -> bool:
    if found.purged and found.is_safe:
        question = output.text("cli.purge_question", {"name": found.name})
        return str(click.prompt(question)) == found.name
    return found.is_safe and click.confirm(output.text("cli.pack_question"))


def _fate(found: PackPlan) -> str:
    return f"{found.action}_purge" if found.purged else found.action


def _show(instance: Instance, found: PackPlan, output: Output) -> None:
    told = {"name": found.name, "version": found.version, "former": found.former}
    output.say(f"cli.pack_plan_{_fate(found)}", **told)
    if found.action in ("install", "upgrade"):
        if found.signer:
            output.say("cli.pack_signer", public=found.signer)
        else:
            output.say("cli.pack_unsigned")
        for power in found.powers:
            is_new = found.former and power in found.new_powers
            output.say("cli.pack_new_power" if is_new else "cli.pack_power", power=power)
        if not found.powers:
            output.say("cli.pack_no_powers")
    show_plan(instance, found.plan, output)
    if found.outcomes:
        write_outcomes(found.outcomes, output)
