"""One outbox for mails, short messages and webhooks; what waited goes on waiting in it."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
)

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.outbox_tables import cw_outbox
from cardwright_entities.store.platform_tables import cw_job

revision = "0008_outbox"
down_revision = "0007_mails"

_WEBHOOK = "send_webhook"

#: What of the table of mails is kept.
_MAIL = Table(
    "cw_mail",
    MetaData(),
    Column("mail", Text),
    Column("rule", Text),
    Column("entity", Text),
    Column("record", BigInteger),
    Column("recipients", JsonDocument),
    Column("principal", JsonDocument),
    Column("message_id", Text),
    Column("at", UtcDateTime),
    Column("state", Text),
    Column("attempts", Integer),
    Column("next_at", UtcDateTime),
    Column("reason", JsonDocument),
    Column("sent_at", UtcDateTime),
    Index("cw_mail_due", "state", "next_at"),
)


def upgrade() -> None:
    """Create the outbox, fill it, and take away what was in its place."""
    connection = op.get_bind()
    cw_outbox.create(connection, checkfirst=True)
    for row in connection.execute(select(_MAIL).order_by(_MAIL.c.at)):
        _put_mail(connection, dict(row._mapping))
    waiting = select(cw_job).where(cw_job.c.kind == _WEBHOOK, cw_job.c.state == "waiting")
    for row in connection.execute(waiting.order_by(cw_job.c.id)):
        _put_webhook(connection, dict(row._mapping))
    connection.execute(delete(cw_job).where(cw_job.c.kind == _WEBHOOK, cw_job.c.state == "waiting"))
    _MAIL.drop(connection)


def _put_mail(connection: Connection, mail: dict[str, Any]) -> None:
    to = mail["recipients"].get("to") or [""]
    moved = {"channel": "mail", "name": mail.pop("mail"), "key": mail.pop("message_id")}
    connection.execute(insert(cw_outbox).values(**mail, **moved, destination=to[0]))


def _put_webhook(connection: Connection, job: dict[str, Any]) -> None:
    asked = job["arguments"]
    # webhook/<rule>/<step>/<record>/<version>
    _, rule, step, _, _ = job["idempotency_key"].split("/")
    values = {
        "channel": "webhook",
        "name": step,
        "rule": rule,
        "entity": asked["entity"],
        "record": asked["record"],
        "destination": asked["setting"],
        "recipients": {"to": [asked["setting"]]},
        "principal": job["principal"],
        "key": job["idempotency_key"],
        "at": job["created_at"],
        "state": "waiting",
        "attempts": 0,
        "next_at": job["run_after"],
    }
    connection.execute(insert(cw_outbox).values(**values))
