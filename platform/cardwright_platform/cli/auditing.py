"""``cardwright audit``: whether the log of what was done is whole."""

from __future__ import annotations

import re

import click

from cardwright_entities.audit.chain import Seal, Verified, seal_rows
from cardwright_entities.records.noted import verify_log
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace

_SEAL = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.group()
def audit() -> None:
    """Look after the log of who did what."""


@audit.command("verify")
@click.option("--expect", default="", help="NUMBER:HASH that an earlier verify printed.")
@as_json_option
@pass_workplace
def verify_(workplace: Workplace, expect: str, as_json: bool) -> int:
    """Seal what is new and check the whole log; exit code 1 if it is not what was noted.

    Keep the last seal that it prints where nobody who holds the database reaches it: given to
    --expect it also finds a log that was forged as a whole.
    """
    output = Output(Output.of().language, as_json)
    expected = _seal(expect)
    with workplace.instance() as instance:
        while instance.store.run_write(instance.system_context(), seal_rows):
            pass
        with instance.store.read(instance.system_context()) as session:
            found = verify_log(session, expected)
    head = f"{found.head.number}:{found.head.hash}"
    output.say("cli.audit_rows", rows=found.rows, sealed=found.sealed, removed=found.removed)
    output.say("cli.audit_head", head=head)
    _say(output, found)
    broken = found.broken
    output.write_json(
        {
            "rows": found.rows,
            "sealed": found.sealed,
            "removed": found.removed,
            "head": head,
            "broken": {"row": broken.row, "why": broken.why} if broken is not None else None,
        }
    )
    return 1 if broken is not None else 0


def _say(output: Output, found: Verified) -> None:
    if found.broken is None:
        output.say("cli.audit_whole")
    else:
        output.say(f"cli.audit_{found.broken.why}", row=found.broken.row)


def _seal(text: str) -> Seal | None:
    if not text:
        return None
    found = _SEAL.fullmatch(text)
    if found is None:
        raise click.BadParameter("NUMBER:HASH", param_hint="--expect")
    return Seal(number=int(found[1]), hash=found[2])
