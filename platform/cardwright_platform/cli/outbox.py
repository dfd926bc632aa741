"""``cardwright outbox``: messages to the outside that wait, went or were given up; another try."""

from __future__ import annotations

import getpass

import click

from cardwright_entities.errors import Message
from cardwright_entities.outbox import (
    CHANNELS,
    STATES,
    Outgoing,
    give_up,
    list_messages,
    send_again,
)
from cardwright_entities.restores import release
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace


@click.group()
def outbox() -> None:
    """Look at mails, short messages and webhooks that rules send."""


@outbox.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@click.option("--channel", type=click.Choice(CHANNELS), help="Only of this kind.")
@as_json_option
@pass_workplace
def list_(workplace: Workplace, state: str | None, channel: str | None, as_json: bool) -> int:
    """List the newest messages with what became of them."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance, instance.engine.read(instance.system_context()) as desk:
        found = list_messages(desk.session, channel=channel or "", state=state or "")
    rows = [
        {
            "id": each.id,
            "channel": each.channel,
            "name": each.name,
            "rule": each.rule,
            "record": f"{each.entity}/{each.record}",
            "to": list(each.recipients.get("to", ())),
            "state": each.state,
            "attempts": each.attempts,
            "at": each.at.isoformat(),
            "reason": _reason(each, output),
        }
        for each in found
    ]
    output.write_json(rows)
    if not as_json:
        columns = ("id", "channel", "name", "record", "state", "reason")
        output.write_table(columns, [tuple(str(row[each]) for each in columns) for row in rows])
    return 0


@outbox.command("again")
@click.argument("number", type=int)
@pass_workplace
def again(workplace: Workplace, number: int) -> int:
    """Let a message that was given up wait once more."""
    with workplace.instance() as instance:
        instance.engine.run_write(
            instance.system_context(), lambda desk: send_again(desk.session, number)
        )
    return 0


@outbox.command("give-up")
@click.argument("number", type=int)
@pass_workplace
def give_up_(workplace: Workplace, number: int) -> int:
    """Take back a message that still waits."""
    with workplace.instance() as instance:
        instance.engine.run_write(
            instance.system_context(), lambda desk: give_up(desk.session, number, "cardwright")
        )
    return 0


@outbox.command("release")
@as_json_option
@pass_workplace
def release_(workplace: Workplace, as_json: bool) -> int:
    """Let messages go that are held since a restore; look at the list first."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        was_held = instance.engine.run_write(
            instance.system_context(), lambda desk: release(desk.session, getpass.getuser())
        )
    output.write_json({"released": was_held})
    output.say("cli.outbox_released" if was_held else "cli.outbox_not_held")
    return 0


def _reason(found: Outgoing, output: Output) -> str:
    if found.reason is None:
        return ""
    message = Message.of(found.reason["code"], **found.reason["params"])
    return output.words.say(output.language, message)
