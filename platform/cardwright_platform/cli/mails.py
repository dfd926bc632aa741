"""``cardwright mail``: the mails that wait, went or were given up, and another try."""

from __future__ import annotations

import click

from cardwright_entities.errors import Message
from cardwright_entities.mails import Mail, list_mails, send_again
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace


@click.group()
def mail() -> None:
    """Look at mails that rules send."""


@mail.command("list")
@click.option("--state", type=click.Choice(["waiting", "sent", "failed"]), help="Only these.")
@as_json_option
@pass_workplace
def list_(workplace: Workplace, state: str | None, as_json: bool) -> int:
    """List the newest mails with what became of them."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance, instance.engine.read(instance.system_context()) as desk:
        found = list_mails(desk.session, state or "")
    rows = [
        {
            "id": each.id,
            "mail": each.mail,
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
        output.write_table(
            ("id", "mail", "record", "state", "reason"),
            [
                (str(row["id"]), row["mail"], row["record"], row["state"], row["reason"])
                for row in rows
            ],
        )
    return 0


@mail.command("again")
@click.argument("number", type=int)
@pass_workplace
def again(workplace: Workplace, number: int) -> int:
    """Let a mail that was given up wait once more."""
    with workplace.instance() as instance:
        instance.engine.run_write(
            instance.system_context(), lambda desk: send_again(desk.session, number)
        )
    return 0


def _reason(found: Mail, output: Output) -> str:
    if found.reason is None:
        return ""
    message = Message.of(found.reason["code"], **found.reason["params"])
    return output.words.say(output.language, message)
