"""The step ``mail``: a mail about the record goes into the outbox with everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from cardwright_entities.flows.rules.telling import accounts_of, employees_of
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.mails import put_mail
from cardwright_entities.people.people import People
from cardwright_metadata.definitions.mails import PEOPLE
from cardwright_metadata.definitions.rules import StepDefinition
from cardwright_metadata.expressions.tree import Path

#: The kind of job that sends what waits; the platform knows how.
SEND = "send_mails"


class MailStep:
    """Finds out who is written to; what the mail says is read when it is sent."""

    kind: ClassVar[str] = "mail"

    def run(self, work: Work, step: StepDefinition) -> bool:
        """Put the mail into the outbox and ask for it to be sent."""
        definition = work.gate.model.catalog.mails[str(step.options["name"])]
        to = list(dict.fromkeys(addresses(work, definition.to)))
        cc = [each for each in dict.fromkeys(addresses(work, definition.cc)) if each not in to]
        put_mail(
            work.gate.session,
            mail=definition.name,
            rule=work.rule.name,
            about=(work.entity.name, work.record),
            recipients={"to": to, "cc": cc},
            asker=work.gate.context,
        )
        Jobs(_silent).enqueue(work.gate.session, SEND, {}, cause=f"rule/{work.rule.name}")
        return True


def addresses(work: Work, wanted: Sequence[str]) -> Iterator[str]:
    """Yield the addresses that words and paths of a mail mean; who has none is left out."""
    people = People(work.gate.session, work.gate.model)
    for each in wanted:
        value = None if each in PEOPLE else work.names().value(Path(tuple(each.split("."))))
        if isinstance(value, str):
            yield value
            continue
        for employee in employees_of(work, [each], people):
            found = _address(work, "employee", employee)
            account = people.account_of(employee) if not found else None
            if found or account is not None:
                yield from filter(None, [found or _address(work, "user", account or 0)])
        for account in accounts_of(work, [each]):
            yield from filter(None, [_address(work, "user", account)])


def _address(work: Work, part: str, record: int) -> str:
    """Return the address in a record of those who play a part, empty for none."""
    player = work.gate.model.catalog.player(part)
    name = work.gate.model.catalog.part(part, "email")
    if player is None or not name:
        return ""
    values = work.gate.loader.record(work.gate.model.entity(player.name), record) or {}
    return str(values.get(name) or "")


def _silent() -> None:
    """Let the workers find the job by themselves."""
