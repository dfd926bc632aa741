"""Webhooks: what rules tell other systems, signed, until they have heard.

The receiver knows a message again by its id, and that it is ours by a signature over the moment
and the body (HMAC-SHA256). What is told of a record is read when it is sent, with the rights of
who caused it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import orjson

from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.flows.rules.calling import SEND
from cardwright_entities.jobs.kinds import JobKind
from cardwright_entities.jobs.runs import JobRun
from cardwright_platform.instance import Instance
from cardwright_platform.security.outbound import post

#: Tries over some hours before a message is given up.
ATTEMPTS = 8


def webhook_kinds(instance: Instance) -> tuple[JobKind, ...]:
    """Return the kind of job that sends messages."""
    return (
        JobKind(
            name=SEND,
            run=lambda run: send(run, instance),
            attempts=ATTEMPTS,
            time_limit=timedelta(minutes=5),
        ),
    )


def secret_of(instance: Instance, setting: str) -> str:
    """Return the secret that the receiver behind a setting checks signatures with."""
    return instance.key_for(f"webhook/{setting}").hex()


def send(run: JobRun, instance: Instance) -> None:
    """Send one message; raise to be tried again where it was not taken."""
    asked = run.job.arguments
    setting, entity, record = str(asked["setting"]), str(asked["entity"]), int(asked["record"])
    with instance.engine.read(run.context) as desk:
        url = desk.settings.get(setting)
        names = [str(each) for each in asked.get("fields", ())]
        view = desk.record(entity, record, fields=names, lines=False)
        model = desk.model.entity(entity)
        values = {
            name: found.type.to_json(view.values.get(name), found.definition)
            for name in names
            if (found := model.fields.get(name)) is not None and name in view.values
        }
    if not isinstance(url, str) or not url:
        raise CardwrightError(Message.of("no_webhook_address", setting=setting))
    body = orjson.dumps(
        {
            "id": f"{run.job.id}",
            "rule": asked["rule"],
            "entity": entity,
            "record": record,
            "values": values,
            "at": run.context.now.isoformat(),
        }
    )
    moment = str(int(run.context.now.timestamp()))
    signature = sign_message(secret_of(instance, setting), moment, body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Cardwright",
        "Cardwright-Id": str(run.job.id),
        "Cardwright-Signature": f"t={moment},v1={signature}",
    }
    answer = post(url, body, headers, allowed=instance.config.outbound_networks)
    if not 200 <= answer.status < 300:
        raise ConnectionError(f"answered {answer.status}")
    run.write(lambda step: step.complete({"status": answer.status}))


def sign_message(secret: str, moment: str, body: bytes) -> str:
    """Return what the receiver computes too: over the moment, a dot and the body."""
    return hmac.digest(bytes.fromhex(secret), moment.encode() + b"." + body, hashlib.sha256).hex()
