"""``cardwright plan``, ``apply``, ``revert``, ``commits``: what would change, and doing it."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from cardwright_entities.changes.commits import list_commits
from cardwright_entities.changes.conversion_rows import list_rejects
from cardwright_entities.changes.plans import Plan
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.overlay_output import choices_of, take_option
from cardwright_platform.cli.plan_output import plan_to_json, show_plan, show_reversal
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.connectors.missing import missing_of_plan
from cardwright_platform.installing import (
    apply_plan,
    documents_of,
    plan_packs,
    plan_revert,
    plant_seeds,
    read_packs,
    repair,
)
from cardwright_platform.instance import Instance

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
_EMPTY = click.option(
    "--empty-rejects",
    is_flag=True,
    help="Empty values that do not convert to a new type; the former ones stay to be found.",
)
_LATER = click.option(
    "--later",
    is_flag=True,
    help="Let new rules hold from the next save of a record; those that break them are listed.",
)
_REASON = click.option("--reason", default="", help="Why, for the history of changes.")
_YES = click.option("--yes", is_flag=True, help="Apply without asking.")


@click.command()
@_PATHS
@_EMPTY
@_LATER
@take_option
@as_json_option
@pass_workplace
def plan(
    workplace: Workplace,
    paths: tuple[Path, ...],
    empty_rejects: bool,
    later: bool,
    taken: tuple[str, ...],
    as_json: bool,
) -> int:
    """Show what the packs would change; exit code 1 if records stand against it.

    PATHS are further packs beside those of the configuration.
    """
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        accepted = _accepted(empty_rejects, later)
        packs = read_packs(instance, paths)
        found = plan_packs(instance, packs, choices_of(taken), accepted=accepted)
        output.write_json(plan_to_json(instance, found, output.language))
        show_plan(instance, found, output)
        _show_missing(instance, found, output)
    return 0 if found.is_safe else 1


@click.command()
@_PATHS
@_YES
@_REASON
@_EMPTY
@_LATER
@take_option
@as_json_option
@pass_workplace
def apply(
    workplace: Workplace,
    paths: tuple[Path, ...],
    yes: bool,
    reason: str,
    empty_rejects: bool,
    later: bool,
    taken: tuple[str, ...],
    as_json: bool,
) -> int:
    """Make the packs true while the server runs; every process uses them at its next request."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        _repair(instance, output)
        packs = read_packs(instance, paths)
        accepted = _accepted(empty_rejects, later)
        found = plan_packs(instance, packs, choices_of(taken), accepted=accepted)
        show_plan(instance, found, output)
        if found.is_empty:
            output.write_json({"commit": found.base, "empty": True})
            return 0
        _show_missing(instance, found, output)
        if not _confirmed(yes, output):
            return 1
        number = apply_plan(instance, found, author=getpass.getuser(), reason=reason)
        plant_seeds(instance, documents_of(packs))
    output.write_json({"commit": number, "empty": False})
    output.say("cli.applied", number=number)
    return 0


@click.command()
@click.argument("commit", type=click.IntRange(min=1))
@_YES
@_REASON
@_EMPTY
@_LATER
@as_json_option
@pass_workplace
def revert(
    workplace: Workplace,
    commit: int,
    yes: bool,
    reason: str,
    empty_rejects: bool,
    later: bool,
    as_json: bool,
) -> int:
    """Take an applied change back, with its data, by a plan that is shown first.

    COMMIT is its number, see ``cardwright commits``. Later changes of other things stay.
    """
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        _repair(instance, output)
        found = plan_revert(instance, commit, accepted=_accepted(empty_rejects, later))
        show_reversal(instance, found, output)
        if found.plan.is_empty:
            output.write_json({"commit": found.plan.base, "empty": True})
            return 0
        if found.breaks or not _confirmed(yes, output):
            output.write_json({"breaks": [use.place for use in found.breaks]})
            return 1
        said = reason or output.text("cli.revert_reason", {"number": commit})
        number = apply_plan(instance, found.plan, author=getpass.getuser(), reason=said)
    output.write_json({"commit": number, "empty": False, "conflicts": list(found.conflicts)})
    output.say("cli.applied", number=number)
    return 0


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option(
    "--rejects", default=0, metavar="NUMBER", help="List what did not convert in this change."
)
@as_json_option
@pass_workplace
def commits(workplace: Workplace, limit: int, rejects: int, as_json: bool) -> int:
    """List the applied changes, newest first: who, when, why, and what they did."""
    output = Output(Output.of().language, as_json)
    if rejects:
        return _rejects(workplace, rejects, limit, output)
    with (
        workplace.instance() as instance,
        instance.store.read(instance.system_context()) as session,
    ):
        found = list_commits(session, limit=limit)
    zone = instance.system_context().zone
    output.write_json(
        [
            {
                "number": each.number,
                "parent": each.parent,
                "author": each.author,
                "at": each.at,
                "reason": each.reason,
                "effects": each.plan.get("effects", {}),
            }
            for each in found
        ]
    )
    output.write_table(
        ("no.", "at", "by", "why", "what"),
        [
            (
                each.number,
                f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}",
                each.author,
                each.reason,
                next(iter(each.plan.get("effects", {}).get(output.language, [])), ""),
            )
            for each in found
        ],
    )
    return 0


def _rejects(workplace: Workplace, commit: int, limit: int, output: Output) -> int:
    with (
        workplace.instance() as instance,
        instance.engine.read(instance.system_context(output.language)) as desk,
    ):
        found = list_rejects(desk.session, commit, limit=limit)
        former = desk.former_values.of_commit(found)
    values = [told.value if told is not None else "" for told in former]
    output.write_json(
        [
            {
                "entity": each.entity,
                "field": each.field,
                "record": each.record,
                "kept_in": each.kept_in,
                "value": value,
                "code": each.message.code,
            }
            for each, value in zip(found, values, strict=True)
        ]
    )
    output.write_table(
        ("record", "field", "value", "why", "kept in"),
        [
            (
                f"{each.entity}/{each.record}",
                each.field,
                value,
                output.words.say(output.language, each.message),
                each.kept_in,
            )
            for each, value in zip(found, values, strict=True)
        ],
    )
    return 0


def _accepted(empty_rejects: bool, later: bool) -> frozenset[str]:
    return frozenset(
        [
            *(["convert"] if empty_rejects else []),
            *(["required", "check", "value"] if later else []),
        ]
    )


def _repair(instance: Instance, output: Output) -> None:
    # A plan that is made over an unfinished apply is stale before it is done.
    if repair(instance):
        output.say("cli.repaired")


def _confirmed(yes: bool, output: Output) -> bool:
    if yes or output.as_json or click.confirm(output.text("cli.apply_question")):
        return True
    output.say("cli.nothing_applied")
    return False


def _show_missing(instance: Instance, found: Plan, output: Output) -> None:
    """Say what messages of the plan's rules would wait for."""
    for each in missing_of_plan(instance.config, found):
        output.say(each.code)
