"""The step ``webhook``: another system is told, after the commit and until it has heard."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.flows.rules.posting_out import put_out
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.outbox import WEBHOOK, Wanted
from cardwright_metadata.definitions.rules import StepDefinition


class WebhookStep:
    """Asks for a message to be sent; what it tells is read when it is sent."""

    kind: ClassVar[str] = "webhook"

    def run(self, work: Work, step: StepDefinition) -> bool:
        """Put the message into the outbox, once for each version of the record."""
        version = work.values()["version"]
        message = Wanted(
            channel=WEBHOOK,
            name=step.name,
            rule=work.rule.name,
            entity=work.entity.name,
            record=work.record,
            recipients={"to": [str(step.options["to"])]},
            key=f"webhook/{work.rule.name}/{step.name}/{work.record}/{version}",
        )
        put_out(work, [message])
        return True
