"""Webhooks: what rules tell other systems, signed, until they have heard.

The receiver knows a message again by its id, and that it is ours by a signature over the moment
and the body (HMAC-SHA256). What is told of a record is read when it is sent, with the rights of
who caused it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from cardwright_entities.errors import Message
from cardwright_entities.outbox import WEBHOOK, Outgoing
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.security.outbound import OutboundError, post
from cardwright_platform.worker.mails import ContextOf
from cardwright_platform.worker.sending import NotSentError, Sent
from cardwright_platform.worker.steps_of_rules import step_of


@dataclass(frozen=True)
class WebhookChannel:
    """Tells other systems, with what who caused it may read."""

    name: ClassVar[str] = WEBHOOK
    instance: Instance
    context_of: ContextOf

    def check(self, session: Session, message: Outgoing) -> None:
        """Find nothing in the way: whom to call is in the settings."""

    def place_of(self, message: Outgoing) -> str:
        """Return the setting that holds the address."""
        return message.destination

    def send(self, message: Outgoing) -> Sent:
        """Send a message; who does not answer with a status of 2xx has not heard it."""
        url, told = self._read(message)
        now = self.instance.clock()
        told |= {"id": str(message.id), "at": now.isoformat()}
        body = orjson.dumps(told)
        moment = str(int(now.timestamp()))
        secret = secret_of(self.instance, message.destination)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Cardwright",
            "Cardwright-Id": str(message.id),
            "Cardwright-Signature": f"t={moment},v1={sign_message(secret, moment, body)}",
        }
        try:
            answer = post(url, body, headers, allowed=self.instance.config.outbound_networks)
        except OutboundError:
            raise  # the address itself is wrong: asking again would change nothing
        except OSError as error:
            reason = Message.of("webhook_away", answer=str(error)[:300])
            raise NotSentError(reason, away=True) from error
        if not 200 <= answer.status < 300:
            reason = Message.of("webhook_refused", status=answer.status)
            raise NotSentError(reason, passing=True)
        return Sent(their_id=str(answer.status), content={"values": told["values"]})

    def _read(self, message: Outgoing) -> tuple[str, dict[str, Any]]:
        """Return the address, and what is told of the record."""
        with self.instance.engine.read(self.context_of(message.principal)) as desk:
            step = step_of(desk.model, message)
            url = desk.settings.get(message.destination)
            names = [str(each) for each in step.options.get("fields", ())]
            view = desk.record(message.entity, message.record, fields=names, lines=False)
            model = desk.model.entity(message.entity)
            values = {
                name: found.type.to_json(view.values.get(name), found.definition)
                for name in names
                if (found := model.fields.get(name)) is not None and name in view.values
            }
        if not isinstance(url, str) or not url:
            raise NotSentError(Message.of("no_webhook_address", setting=message.destination))
        told = {
            "rule": message.rule,
            "entity": message.entity,
            "record": message.record,
            "values": values,
        }
        return url, told


def secret_of(instance: Instance, setting: str) -> str:
    """Return the secret that the receiver behind a setting checks signatures with."""
    return instance.key_for(f"webhook/{setting}").hex()


def sign_message(secret: str, moment: str, body: bytes) -> str:
    """Return what the receiver computes too: over the moment, a dot and the body."""
    return hmac.digest(bytes.fromhex(secret), moment.encode() + b"." + body, hashlib.sha256).hex()
