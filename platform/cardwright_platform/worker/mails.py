"""Sends the mails that wait: written by a confined child, given to the operator's server.

A mail keeps its Message-ID however often it is tried, so that who gets it twice knows it again.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    CardwrightError,
    Message,
    NotFoundError,
    UnavailableError,
)
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import safe_name
from cardwright_entities.flows.rules.mailing import SEND
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.leases import pause
from cardwright_entities.jobs.runs import JobRun
from cardwright_entities.mails import (
    Mail,
    due_mails,
    note_held,
    note_refused,
    note_sent,
    sweep_mails,
)
from cardwright_metadata.definitions.mails import MailDefinition
from cardwright_metadata.definitions.prints import PrintDefinition
from cardwright_platform.instance import Instance
from cardwright_platform.prints.documents import find_print, gather_request, make_request
from cardwright_platform.prints.rendering import Printer, PrintRequest
from cardwright_platform.worker.smtp import Refused, deliver

#: Tries before a mail is given up.
ATTEMPTS = 8

SCHEDULES = (
    Schedule(kind=SEND, every=timedelta(minutes=1)),
    Schedule(kind="forget_mails", every=timedelta(days=1)),
)

ContextOf = Callable[[Mapping[str, Any]], Context]


def mail_kinds(instance: Instance, context_of: ContextOf) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that mails need."""
    return (
        JobKind(name=SEND, run=lambda run: send_mails(run, instance, context_of), at_once=1),
        JobKind(name="forget_mails", run=forget_mails, at_once=1),
    )


def send_mails(run: JobRun, instance: Instance, context_of: ContextOf) -> None:
    """Send what is due, each noted by itself; without a server all of it goes on waiting."""
    if not instance.config.mail_host:
        held = run.write(lambda step: note_held(step.session, Message("mail_no_server")))
        run.write(lambda step: step.complete({"waiting": held}))
        return
    with run.store.read(run.context) as session:
        waiting = due_mails(session)
    sent = 0
    for mail in waiting:
        run.check()
        sent += _send(run, instance, context_of, mail)
    run.write(lambda step: step.complete({"sent": sent, "waiting": len(waiting) - sent}))


def forget_mails(run: JobRun) -> None:
    """Forget mails that were sent long ago."""
    run.write(lambda step: step.complete({"mails": sweep_mails(step.session)}))


def _send(run: JobRun, instance: Instance, context_of: ContextOf, mail: Mail) -> bool:
    """Send one mail and note what came of it; return whether it went."""
    reason: Message
    passing = False
    try:
        left_out = deliver(instance.config, compose(instance, context_of(mail.principal), mail))
    except Refused as error:
        reason = Message.of("mail_refused", answer=str(error))
    except (smtplib.SMTPException, OSError) as error:
        reason, passing = Message.of("mail_server_away", answer=str(error)[:300]), True
    except CardwrightError as error:
        reason, passing = error.message, isinstance(error, UnavailableError)
    else:
        told = Message.of("mail_refused", answer=left_out) if left_out else None
        run.write(lambda step: note_sent(step.session, mail.id, told))
        return True
    again = mail.attempts + 1 < ATTEMPTS if passing else False
    again_at = run.context.now + pause(mail.attempts + 1) if again else None
    run.write(lambda step: note_refused(step.session, mail.id, reason, again_at))
    return False


def compose(instance: Instance, context: Context, mail: Mail) -> EmailMessage:
    """Return a mail as it is sent, written with the rights of a context; raise CardwrightError."""
    printer = Printer(folder=instance.config.folder / "prints")
    with instance.engine.read(context) as desk:
        definition = desk.model.catalog.mails.get(mail.mail)
        if definition is None:
            raise NotFoundError(Message("not_found"))
        request, prints = _gather(instance, desk, definition, mail.record)
    said = printer.mail(request, definition.subject)
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.message_id
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
