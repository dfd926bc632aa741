"""The channel of mails: written by a confined child, given to the operator's server."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, ClassVar

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import safe_name
from cardwright_entities.outbox import MAIL, Outgoing
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.mails import MailDefinition
from cardwright_metadata.definitions.prints import PrintDefinition
from cardwright_platform.instance import Instance
from cardwright_platform.inviting import compose_invitation, is_invitation, without_link
from cardwright_platform.prints.documents import find_print, gather_request, make_request
from cardwright_platform.prints.rendering import Printer, PrintRequest
from cardwright_platform.worker.sending import HeldError, NotSentError, Sent
from cardwright_platform.worker.smtp import Refused, SignInRefused, deliver

ContextOf = Callable[[Mapping[str, Any]], Context]

#: Characters of a mail that are kept with it.
_KEPT = 10_000


@dataclass(frozen=True)
class MailChannel:
    """Sends mails with the rights of who caused them."""

    name: ClassVar[str] = MAIL
    instance: Instance
    context_of: ContextOf

    def check(self, session: Session, message: Outgoing) -> None:
        """Raise HeldError without a server."""
        if not self.instance.config.mail_host:
            raise HeldError(Message("mail_no_server"))

    def place_of(self, message: Outgoing) -> str:
        """Return the one server there is."""
        return self.instance.config.mail_host

    def send(self, message: Outgoing) -> Sent:
        """Write a mail and give it to the server."""
        written = self._write(message)
        try:
            left_out = deliver(self.instance.config, written)
        except Refused as error:
            raise NotSentError(Message.of("mail_refused", answer=str(error))) from error
        except SignInRefused as error:
            raise NotSentError(
                Message.of("mail_sign_in_refused", answer=str(error)), away=True
            ) from error
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            raise NotSentError(_away(error), passing=True) from error  # about this mail alone
        except (smtplib.SMTPException, OSError) as error:
            raise NotSentError(_away(error), away=True) from error
        body = written.get_body(("plain",))
        return Sent(
            left_out=Message.of("mail_refused", answer=left_out) if left_out else None,
            content={
                "subject": str(written["Subject"]),
                "text": self._kept(message, body.get_content() if body is not None else ""),
            },
        )

    def _write(self, message: Outgoing) -> EmailMessage:
        if is_invitation(message):
            return compose_invitation(self.instance, message)
        return compose(self.instance, self.context_of(message.principal), message)

    def _kept(self, message: Outgoing, text: str) -> str:
        """Return what is kept of what a mail says."""
        if is_invitation(message):
            text = without_link(self.instance, message, text)
        return text[:_KEPT]


def _away(error: Exception) -> Message:
    return Message.of("mail_server_away", answer=str(error)[:300])


def compose(instance: Instance, context: Context, mail: Outgoing) -> EmailMessage:
    """Return a mail as it is sent, written with the rights of a context; raise CardwrightError."""
    printer = Printer(folder=instance.config.folder / "prints")
    with instance.engine.read(context) as desk:
        definition = desk.model.catalog.mails.get(mail.name)
        if definition is None:
            raise NotFoundError(Message("not_found"))
        request, prints = _gather(instance, desk, definition, mail.record)
    said = printer.mail(request, definition.subject)
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.key
    message["Date"] = mail.at
    message["From"] = Address(instance.config.name, addr_spec=instance.config.mail_from)
    for header, key in (("To", "to"), ("Cc", "cc")):
        if mail.recipients.get(key):
            message[header] = [Address(addr_spec=each) for each in mail.recipients[key]]
    message["Subject"] = said.subject or definition.name
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(said.text)
    message.add_alternative(said.html, subtype="html")
    for each in prints:
        message.add_attachment(
            printer.pdf(each),
            maintype="application",
            subtype="pdf",
            filename=safe_name(f"{each.title}.pdf"),
        )
    return message


def _gather(
    instance: Instance, desk: Desk, definition: MailDefinition, record: int
) -> tuple[PrintRequest, list[PrintRequest]]:
    """Return what the mail says, and what its prints say."""
    company, name = instance.config.name, desk.context.principal.name
    blobs = Blobs(instance.config.files_folder)
    laid_out = PrintDefinition(
        name=definition.name,
        entity=definition.entity,
        template=definition.template,
        # Beside them the subject, so that what it names is gathered too.
        partials={**definition.partials, "subject": definition.subject},
        language=definition.language,
    )
    entity = desk.model.entity(definition.entity)
    prints = [
        make_request(desk, blobs, find_print(desk, entity, each), record, name, company)
        for each in definition.attach
    ]
    return gather_request(desk, blobs, laid_out, record, name, company), prints
