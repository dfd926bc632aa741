"""Inviting people: a link by mail or to be handed over, and what their mail says.

A mail may be tried for hours, and nothing that waits may open a door: what stands in the outbox is
the number of the mail, from which the installation's key makes the secret when it is written.
"""

from __future__ import annotations

from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

from cardwright_entities.accounts import invitations
from cardwright_entities.accounts.accounts import Account, read_account
from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.model import Model
from cardwright_entities.outbox import MAIL, SEND, Outgoing, Wanted, put_message
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.security.keys import sign

#: What such a mail is called in the outbox; no rule has caused it.
MAIL_NAME = "invitation"


def invite_by_mail(
    instance: Instance, session: Session, model: Model, account: Account, by: Context
) -> None:
    """Put an invitation into the outbox; raise InputError for somebody without an address."""
    if not account.email:
        raise InputError({"email": [Message("invitation_no_address")]})
    key = f"<{uuid4().hex}@cardwright>"
    invitations.invite(
        session, account.id, lifetime=_lasts(instance), secret=_secret(instance, key)
    )
    player = model.catalog.player("user")
    wanted = Wanted(
        channel=MAIL,
        name=MAIL_NAME,
        rule="",
        entity=player.name if player is not None else "",
        record=account.id,
        recipients={"to": [account.email]},
        key=key,
    )
    put_message(session, wanted, by)
    Jobs().enqueue(session, SEND, {}, cause=f"invitation/{account.id}")


def invitation_link(instance: Instance, session: Session, account: Account) -> str:
    """Make an invitation and return its whole address, for the only time."""
    return _address(instance, invitations.invite(session, account.id, lifetime=_lasts(instance)))


def is_invitation(mail: Outgoing) -> bool:
    """Tell whether a mail of the outbox is an invitation."""
    return mail.channel == MAIL and mail.name == MAIL_NAME and not mail.rule


def compose_invitation(instance: Instance, mail: Outgoing) -> EmailMessage:
    """Write the mail of an invitation; raise NotFoundError when it was withdrawn meanwhile."""
    secret = _secret(instance, mail.key)
    with instance.store.read(instance.system_context()) as session:
        if not invitations.is_invited(session, mail.record, secret):
            raise NotFoundError(Message("link_over"))
        account = read_account(session, mail.record)
    known = {
        "name": account.name,
        "login": account.login,
        "company": instance.config.name or instance.config.address,
        "link": _address(instance, secret),
        "days": instance.config.invitation_days,
    }
    language = account.language or instance.config.language
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.key
    message["Date"] = mail.at
    message["From"] = Address(instance.config.name, addr_spec=instance.config.mail_from)
    message["To"] = [Address(addr_spec=each) for each in mail.recipients["to"]]
    subject = instance.words.translate(language, "invitations.mail_subject", known)
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(instance.words.translate(language, "invitations.mail_text", known))
    return message


def without_link(instance: Instance, mail: Outgoing, text: str) -> str:
    """Return what is kept of such a mail: who reads the outbox may not come in by it."""
    return text.replace(_secret(instance, mail.key), "…")


def _secret(instance: Instance, key: str) -> str:
    return sign(instance.key_for("invitations"), key)


def _address(instance: Instance, secret: str) -> str:
    return f"{instance.config.address}/link/{secret}"


def _lasts(instance: Instance) -> timedelta:
    return timedelta(days=instance.config.invitation_days)
