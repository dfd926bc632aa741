"""What waited as a mail or as a job goes on waiting in the outbox when a database is upgraded."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.outbox_tables import cw_outbox
from cardwright_entities.store.platform_tables import cw_job
from cardwright_entities.store.upgrading import FOLDER

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
CONTEXT = Context(SYSTEM, NOW)
MAIL = {
    "mail": "hello",
    "rule": "r",
    "entity": "firm",
    "record": 3,
    "recipients": {"to": ["ann@example.com"], "cc": []},
    "principal": {"kind": "system"},
    "message_id": "<a@cardwright>",
    "at": NOW,
    "state": "failed",
    "attempts": 2,
    "next_at": NOW,
    "reason": {"code": "mail_refused", "params": {}},
}
WEBHOOK = {
    "kind": "send_webhook",
    "arguments": {"rule": "r", "setting": "s", "entity": "firm", "record": 4, "fields": []},
    "principal": {"kind": "system"},
    "state": "waiting",
    "attempts": 0,
    "idempotency_key": "webhook/r/tell/4/1",
    "run_after": NOW,
    "cancel_requested": False,
    "created_at": NOW,
}


def test_what_waited_goes_on_waiting(store_url: str) -> None:
    revisions = "cardwright_entities.store.upgrades.versions"
    mails = importlib.import_module(f"{revisions}.0007_mails").cw_mail
    store = Store(store_url)
    with store.write(CONTEXT) as session:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = session.connection
        command.upgrade(config, "0007_mails")
        session.execute(insert(mails).values(**MAIL))
        session.execute(insert(cw_job).values(**WEBHOOK))
    store.upgrade(CONTEXT)
    with store.read(CONTEXT) as session:
        rows = session.rows(select(cw_outbox).order_by(cw_outbox.c.id))
        jobs = session.rows(select(cw_job.c.kind))
    store.close()
    assert jobs == []
    assert [(row.channel, row.name, row.rule, row.record, row.state) for row in rows] == [
        ("mail", "hello", "r", 3, "failed"),
        ("webhook", "tell", "r", 4, "waiting"),
    ]
    assert [(row.destination, row.key, row.attempts) for row in rows] == [
        ("ann@example.com", "<a@cardwright>", 2),
        ("s", "webhook/r/tell/4/1", 0),
    ]
    assert rows[0].reason == MAIL["reason"]
