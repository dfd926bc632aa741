"""``cardwright purge``: what is retired, and deleting it for good after it went to an archive."""

from __future__ import annotations

import getpass
from collections.abc import Sequence

import click

from cardwright_entities.changes.purging import (
    Retired,
    list_retired,
    make_purge,
)
from cardwright_platform.archiving import archive_name, archive_path
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.plan_output import show_plan
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import apply_plan
from cardwright_platform.instance import Instance


@click.command()
@click.argument("name", required=False, default="")
@click.option("--confirm", default="", help="The name once more, instead of being asked for it.")
@click.option("--early", is_flag=True, help="Also what has been retired for less than 90 days.")
@as_json_option
@pass_workplace
def purge(workplace: Workplace, name: str, confirm: str, early: bool, as_json: bool) -> int:
    """Archive the values of a retired field or entity, then delete them for good.

    NAME is ENTITY or ENTITY.FIELD; without one, all that is retired is listed.
    """
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        context = instance.system_context()
        retired = list_retired(instance.store, context, instance.types)
        if not name:
            _list(retired, output)
            return 0
        found = next((each for each in retired if each.name == name), None)
        if found is not None and found.is_early(context.now) and not early:
            output.say("cli.purge_early", name=name)
            output.write_json({"error": {"code": "too_early"}})
            return 1
        return _purge(instance, name, confirm, output)


def _purge(instance: Instance, name: str, confirm: str, output: Output) -> int:
    context = instance.system_context()
    file = archive_name(name, context.now)
    plan = make_purge(instance.store, context, instance.types, name, archive=file)
    show_plan(instance, plan, output)
    if not confirm and not output.as_json:
        confirm = click.prompt(output.text("cli.purge_question", {"name": name}))
    if confirm != name:
        output.say("cli.nothing_applied")
        output.write_json({"error": {"code": "not_confirmed"}})
        return 1
    archive = archive_path(instance.config.folder, file)
    reason = output.text("cli.purge_reason", {"name": name, "archive": file})
    number = apply_plan(instance, plan, author=getpass.getuser(), reason=reason)
    output.write_json({"commit": number, "archive": str(archive)})
    output.say("cli.purged", name=name, archive=archive)
    return 0


def _list(retired: Sequence[Retired], output: Output) -> None:
    output.write_json([vars(each) for each in retired])
    output.write_table(
        ("name", "since", "values", "former type of"),
        [
            (each.name, f"{each.since:%Y-%m-%d}" if each.since else "", each.values, each.kept_of)
            for each in retired
        ],
    )
