"""The step ``sms``: short messages about the record, one for each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from cardwright_entities.errors import Message
from cardwright_entities.field_types.contacts import is_mobile
from cardwright_entities.flows.rules.posting_out import put_out
from cardwright_entities.flows.rules.reaching_people import addresses
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.outbox import SMS, Wanted
from cardwright_metadata.definitions.rules import StepDefinition

#: The part that a person's number plays.
NUMBER = "phone"
#: Numbers that one step writes to at most.
_MOST = 200


class SmsStep:
    """Finds out who is written to; what the message says is read when it is sent."""

    kind: ClassVar[str] = "sms"

    def run(self, work: Work, step: StepDefinition) -> bool:
        """Put a message for each number into the outbox and ask for them to be sent."""
        about = work.about
        entity = work.gate.model.entity(about.entity)
        here = replace(work, entity=entity, record=about.id, each=None)
        wanted: Sequence[str] = step.options["to"]
        numbers = list(dict.fromkeys(addresses(here, wanted, NUMBER)))[:_MOST]
        message = Wanted(
            channel=SMS,
            name=step.name,
            rule=work.rule.name,
            entity=entity.name,
            record=about.id,
            recipients={"to": []},
            refusal=Message("sms_no_number"),
        )
        put_out(
            work,
            [
                replace(message, recipients={"to": [each]}, refusal=_refusal(each))
                for each in numbers
            ]
            or [message],
        )
        return True


def _refusal(number: str) -> Message | None:
    return None if is_mobile(number) else Message.of("sms_bad_number", number=number[:40])
