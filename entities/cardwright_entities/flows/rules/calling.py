"""The step ``webhook``: another system is told, after the commit and until it has heard."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.flows.rules.work import Work
from cardwright_entities.jobs.queue import Jobs
from cardwright_metadata.definitions.rules import StepDefinition

#: The kind of job that sends a message; the platform knows how.
SEND = "send_webhook"


class WebhookStep:
    """Asks for a message to be sent; what it tells is read when it is sent."""

    kind: ClassVar[str] = "webhook"

    def run(self, work: Work, step: StepDefinition) -> bool:
        version = work.values()["version"]
        Jobs(_silent).enqueue(
            work.gate.session,
            SEND,
            {
                "rule": work.rule.name,
                "setting": step.options["to"],
                "entity": work.entity.name,
                "record": work.record,
                "fields": list(step.options.get("fields", ())),
            },
            key=f"webhook/{work.rule.name}/{step.name}/{work.record}/{version}",
            cause=f"rule/{work.rule.name}",
        )
        return True


def _silent() -> None:
    """Let the workers find the job by themselves."""
