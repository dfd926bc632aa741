"""The step ``mail``: a mail about the record goes into the outbox with everything else."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.errors import Message
from cardwright_entities.flows.rules.posting_out import put_out
from cardwright_entities.flows.rules.reaching_people import addresses
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.outbox import MAIL, Wanted
from cardwright_metadata.definitions.rules import StepDefinition

#: The part that a person's address plays.
ADDRESS = "email"


class MailStep:
    """Finds out who is written to; what the mail says is read when it is sent."""

    kind: ClassVar[str] = "mail"

    def run(self, work: Work, step: StepDefinition) -> bool:
        """Put the mail into the outbox and ask for it to be sent."""
        definition = work.gate.model.catalog.mails[str(step.options["name"])]
        to = list(dict.fromkeys(addresses(work, definition.to, ADDRESS)))
        cc = [
            each
            for each in dict.fromkeys(addresses(work, definition.cc, ADDRESS))
            if each not in to
        ]
        mail = Wanted(
            channel=MAIL,
            name=definition.name,
            rule=work.rule.name,
            entity=work.entity.name,
            record=work.record,
            recipients={"to": to, "cc": cc},
            refusal=None if to else Message("mail_no_address"),
        )
        put_out(work, [mail])
        return True
