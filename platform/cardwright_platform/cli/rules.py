"""``cardwright rule``: the rules there are, what they did, and the secret of a webhook."""

from __future__ import annotations

import click

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.flows.rules.runs import read_runs
from cardwright_entities.flows.rules.trying import try_rule
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.hooks import hook_secret
from cardwright_platform.worker.webhooks import secret_of


@click.group()
def rule() -> None:
    """Look at business rules."""


@rule.command("list")
@as_json_option
@pass_workplace
def list_rules(workplace: Workplace, as_json: bool) -> int:
    """List the rules with what they did last."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance, instance.engine.read(instance.system_context()) as desk:
        rows = []
        for each in desk.model.catalog.rules.values():
            runs = read_runs(desk.session, each.name, 1)
            rows.append(
                {
                    "name": each.name,
                    "label": each.label.in_language(output.language, name=each.name),
                    "entity": each.entity,
                    "active": each.active,
                    "last": runs[0].at.isoformat() if runs else None,
                    "state": runs[0].state if runs else None,
                }
            )
    output.write_json(rows)
    if not as_json:
        output.write_table(
            ("name", "label", "entity", "state"),
            [(row["name"], row["label"], row["entity"], row["state"] or "") for row in rows],
        )
    return 0


@rule.command("try")
@click.argument("name")
@click.option("--days", default=30, show_default=True, help="How far to look back.")
@as_json_option
@pass_workplace
def try_(workplace: Workplace, name: str, days: int, as_json: bool) -> int:
    """Show on which records a rule would have worked in the last days; nothing is done."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance, instance.engine.read(instance.system_context()) as desk:
        found = desk.model.catalog.rules.get(name)
        if found is None:
            raise NotFoundError(Message("not_found"))
        hits = try_rule(desk.records, found, days)
    output.write_json(
        {"rule": name, "days": days, "records": [[at.isoformat(), each] for at, each in hits]}
    )
    if not as_json:
        output.write_table(
            ("at", "record"), [(f"{at:%Y-%m-%d %H:%M}", str(each)) for at, each in hits[-50:]]
        )
        click.echo(len(hits))
    return 0


@rule.command()
@click.argument("name")
@pass_workplace
def hook(workplace: Workplace, name: str) -> int:
    """Print the address at which another system tells a rule something, and its secret."""
    with workplace.instance() as instance, instance.engine.read(instance.system_context()) as desk:
        found = desk.model.catalog.rules.get(name)
        if found is None or not found.trigger.webhook:
            raise NotFoundError(Message("not_found"))
        click.echo(f"/hooks/{name}")
        click.echo(hook_secret(instance, name))
    return 0


@rule.command()
@click.argument("setting")
@pass_workplace
def secret(workplace: Workplace, setting: str) -> int:
    """Print the secret with which the receiver behind a setting checks signatures."""
    with workplace.instance() as instance:
        click.echo(secret_of(instance, setting))
    return 0
