"""``cardwright ledger``: what is to be done for ledgers by hand."""

from __future__ import annotations

import click

from cardwright_entities.flows.late_postings import post_late
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace


@click.group()
def ledger() -> None:
    """Look after ledgers."""


@ledger.command("post")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Post them; without it they are only counted.")
@as_json_option
@pass_workplace
def post(workplace: Workplace, name: str, yes: bool, as_json: bool) -> int:
    """Bring documents into a ledger that came after them.

    Those that would post and stand in it with nothing. Closed records are left as they are, and so
    is what falls into a closed period; exit code 1 if something was refused.
    """
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        found = post_late(instance.engine, instance.system_context(), name, do=yes)
        output.write_table(
            ("documents", "posted" if yes else "would post", "closed", "refused"),
            [(each.entity, each.missing, each.closed, len(each.refused)) for each in found],
        )
        refused = [
            {
                "entity": each.entity,
                "record": record,
                "reason": instance.words.say(output.language, message),
            }
            for each in found
            for record, message in each.refused
        ]
    if not as_json and refused:
        output.write_table(
            ("documents", "record", "reason"),
            [(each["entity"], each["record"], each["reason"]) for each in refused[:50]],
        )
    output.write_json(
        {
            "ledger": name,
            "documents": [
                {"entity": each.entity, "missing": each.missing, "closed": each.closed}
                for each in found
            ],
            "refused": refused,
        }
    )
    return 1 if refused else 0
