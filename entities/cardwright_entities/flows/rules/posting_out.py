"""What steps tell the outside: into the outbox with everything else, then a job is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_entities.flows.rules.work import Work
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.outbox import SEND, Wanted, put_message


def put_out(work: Work, messages: Iterable[Wanted]) -> None:
    """Put messages into the outbox in the transaction of the run."""
    for each in messages:
        put_message(work.gate.session, each, work.gate.context)
    Jobs().enqueue(work.gate.session, SEND, {}, cause=f"rule/{work.rule.name}")
