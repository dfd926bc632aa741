"""The outbox of an application under test: sent as its worker does it, and read."""

from __future__ import annotations

from serving import Served

from cardwright_entities.outbox import SEND, Outgoing, list_messages
from cardwright_platform.worker.assembly import build_loop, open_bell


def send_due(served: Served) -> None:
    """Do what jobs are due, then send what waits, as the clock asks every minute."""
    bell = open_bell(served.instance.config)
    loop = build_loop(served.instance, bell)
    loop.drain()
    with served.instance.store.write(served.instance.system_context()) as session:
        served.instance.jobs.enqueue(session, SEND, {})
    loop.drain()
    bell.close()


def outgoing(served: Served, *, channel: str = "", state: str = "") -> list[Outgoing]:
    """Return the messages, the newest first."""
    with served.instance.store.read(served.instance.system_context()) as session:
        return list_messages(session, channel=channel, state=state)
