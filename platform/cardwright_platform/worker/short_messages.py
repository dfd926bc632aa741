"""The channel of short messages: written by a confined child, given to the operator's connector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from cardwright_entities.errors import Message
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.outbox import SMS, Outgoing, count_sent
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.prints import PrintDefinition
from cardwright_platform.connectors.connector import Away, Refused, ShortMessage
from cardwright_platform.instance import Instance
from cardwright_platform.prints.documents import gather_request
from cardwright_platform.prints.rendering import Printer
from cardwright_platform.security.outbound import OutboundError
from cardwright_platform.worker.mails import ContextOf
from cardwright_platform.worker.sending import HeldError, NotSentError, Sent
from cardwright_platform.worker.steps_of_rules import step_of

#: Characters of a message: what providers cut into parts and put together again.
_LONGEST = 500
_TEXT = "text"
_VALUE = "values."


@dataclass(frozen=True)
class SmsChannel:
    """Sends short messages with the rights of who caused them, as many as the operator allows."""

    name: ClassVar[str] = SMS
    instance: Instance
    context_of: ContextOf

    def check(self, session: Session, message: Outgoing) -> None:
        """Raise HeldError without a connector or after the day's last message."""
        config = self.instance.config
        if self.instance.connector is None:
            raise HeldError(Message("sms_no_connector"))
        if not message.destination.startswith(tuple(f"+{each}" for each in config.sms_countries)):
            countries = ", ".join(f"+{each}" for each in config.sms_countries)
            raise NotSentError(Message.of("sms_other_country", countries=countries))
        today = _day_of(session.context.now, ZoneInfo(config.zone))
        if count_sent(session, SMS, today) >= config.sms_per_day:
            most = Message.of("sms_day_limit", most=config.sms_per_day)
            raise HeldError(most, until=today + timedelta(days=1))
        if count_sent(session, SMS, today, message.destination) >= config.sms_per_number:
            raise NotSentError(Message.of("sms_number_limit", most=config.sms_per_number))

    def place_of(self, message: Outgoing) -> str:
        """Return the one provider there is."""
        return self.instance.config.sms_connector

    def send(self, message: Outgoing) -> Sent:
        """Write a message and give it to the connector."""
        connector = self.instance.connector
        if connector is None:
            raise HeldError(Message("sms_no_connector"))
        written = self._write(message)
        try:
            their_id = connector.send(written)
        except Refused as error:
            reason = Message.of("sms_refused", answer=str(error)[:300])
            raise NotSentError(reason) from error
        except (Away, OSError, OutboundError) as error:
            reason = Message.of("sms_provider_away", answer=str(error)[:300])
            if isinstance(error, OutboundError):
                reason = error.message  # the operator mends the address; nothing is lost
            raise NotSentError(reason, away=True) from error
        content = {"text": written.text, "template": written.template, "values": written.values}
        return Sent(their_id=their_id, content={key: each for key, each in content.items() if each})

    def _write(self, message: Outgoing) -> ShortMessage:
        """Return a message as it is sent; raise CardwrightError."""
        config = self.instance.config
        printer = Printer(folder=config.folder / "prints")
        with self.instance.engine.read(self.context_of(message.principal)) as desk:
            options = step_of(desk.model, message).options
            texts = {_VALUE + name: str(each) for name, each in options.get("values", {}).items()}
            if "text" in options:
                texts[_TEXT] = str(options["text"])
            laid_out = PrintDefinition(
                name=message.name, entity=message.entity, template="", partials=texts
            )
            blobs, by = Blobs(config.files_folder), desk.context.principal.name
            request = gather_request(desk, blobs, laid_out, message.record, by, config.name)
            now = desk.context.now
        said = printer.texts(request)
        if any(len(each) > _LONGEST for each in said.values()):
            raise NotSentError(Message.of("sms_too_long", most=_LONGEST))
        return ShortMessage(
            id=str(message.id),
            number=message.destination,
            text=said.get(_TEXT, ""),
            moment=now,
            template=str(options.get("template", "")),
            values={
                name.removeprefix(_VALUE): each
                for name, each in said.items()
                if name.startswith(_VALUE)
            },
        )


def _day_of(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the day began where the installation is."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone)
