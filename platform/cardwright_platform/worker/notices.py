"""Notice channels: what people are told inside goes outside as well, by ways the operator opened.

Who is told is who reads: a notice is put into words when it goes, with the rights and in the
language that its recipient has then. What he may not know any more goes nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_entities.accounts.accounts import Account, read_account
from cardwright_entities.accounts.identities import list_identities
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.notifications import Notification, read_notification
from cardwright_entities.outbox import NOTICE, Outgoing
from cardwright_entities.store.sessions import Session
from cardwright_platform.connectors.connector import Away, Refused
from cardwright_platform.connectors.notice_channel import Recipient, WrittenNotice
from cardwright_platform.connectors.registered import NoticeWay
from cardwright_platform.instance import Instance
from cardwright_platform.security.outbound import OutboundError
from cardwright_platform.worker.mails import ContextOf
from cardwright_platform.worker.sending import NotSentError, Sent

_SAID = 300


@dataclass(frozen=True)
class Notices:
    """Carries notices by the channel that each of them names."""

    name: ClassVar[str] = NOTICE
    instance: Instance
    context_of: ContextOf

    def check(self, session: Session, message: Outgoing) -> None:
        """Raise NotSentError where the operator has not opened the channel."""
        if message.name not in self.instance.notice_ways:
            raise NotSentError(Message.of("notice_no_channel", channel=message.name), passing=True)

    def place_of(self, message: Outgoing) -> str:
        """Return the channel."""
        return message.name

    def send(self, message: Outgoing) -> Sent:
        """Put a notice into words and give it to its channel."""
        way = self.instance.notice_ways[message.name]
        written = self._write(message, way)
        try:
            their_id = way.channel.send(written)
        except Refused as error:
            reason = Message.of("notice_refused", answer=str(error)[:_SAID])
            raise NotSentError(reason) from error
        except (Away, OSError, OutboundError) as error:
            reason = Message.of("notice_channel_away", answer=str(error)[:_SAID])
            if isinstance(error, OutboundError):
                reason = error.message  # the operator mends the address; nothing is lost
            raise NotSentError(reason, away=True) from error
        content = {"subject": written.title, "text": written.text}
        return Sent(their_id=their_id, content={key: each for key, each in content.items() if each})

    def _write(self, message: Outgoing, way: NoticeWay) -> WrittenNotice:
        """Return a notice as it is sent; raise NotFoundError where there is nothing to tell."""
        engine, system = self.instance.engine, self.instance.system_context()
        with engine.read(system) as desk:
            account = read_account(desk.session, int(message.principal["account"]))
        context = self._context(account)
        with engine.read(context) as desk:
            number = int(message.key.rpartition("/")[2])
            found = read_notification(desk.session, desk.reading, number)
        if found is None:
            raise NotFoundError(Message("notice_over"))
        with engine.read(system) as desk:
            to = _recipient(desk, account, context, way)
        return WrittenNotice(
            id=str(message.id),
            to=to,
            kind=found.kind,
            text=self.instance.words.say(context.language, found.message),
            moment=context.now,
            language=context.language,
            title=found.title,
            url=self._address(found),
        )

    def _context(self, account: Account) -> Context:
        return self.context_of(
            {
                "account": account.id,
                "kind": "user",
                "language": account.language or "",
                "zone": account.zone or "",
            }
        )

    def _address(self, found: Notification) -> str:
        if not found.entity or found.record is None:
            return ""
        return f"{self.instance.config.address}/card/{found.entity}/{found.record}"


def _recipient(desk: Desk, account: Account, context: Context, way: NoticeWay) -> Recipient:
    subjects = {each.provider: each.subject for each in list_identities(desk.session, account.id)}
    return Recipient(
        login=account.login,
        name=account.name,
        email=_of_employee(desk, context, "email") or account.email or "",
        phone=_of_employee(desk, context, "phone"),
        subject=subjects.get(way.subject_of, ""),
    )


def _of_employee(desk: Desk, context: Context, part: str) -> str:
    """Return what the field of the employee says that plays a part, empty for nothing."""
    player, name = desk.model.catalog.player("employee"), desk.model.catalog.part("employee", part)
    employee = context.principal.employee
    if player is None or not name or employee is None:
        return ""
    view = desk.record(player.name, employee, fields=[name], lines=False, titles=False)
    return str(view.values.get(name) or "")
