"""Gives a mail to the server that the operator has named."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage

from cardwright_platform.config import Config

SECONDS = 20.0


class Refused(Exception):  # noqa: N818 - an answer of the server, no fault of ours
    """The server will not take the mail, whoever asks again; holds what it said."""


class SignInRefused(Exception):  # noqa: N818 - an answer of the server, no fault of ours
    """The server does not let the operator's account in; holds what it said."""


def deliver(config: Config, message: EmailMessage) -> str:
    """Give a mail to the server; return what it said of addresses that it left out.

    Raise Refused where asking again is no use, SignInRefused where the operator has to act,
    OSError or SMTPException where it may be otherwise later.
    """
    with _connect(config) as server:
        if config.mail_user:
            _sign_in(server, config)
        try:
            return _said(server.send_message(message))
        except smtplib.SMTPRecipientsRefused as error:
            if all(code >= 500 for code, _ in error.recipients.values()):
                raise Refused(_said(error.recipients)) from error
            raise
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500:
                raise Refused(f"{error.smtp_code} {_text(error.smtp_error)}"[:300]) from error
            raise


def _connect(config: Config) -> smtplib.SMTP:
    if config.mail_security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            config.mail_host, config.mail_port, timeout=SECONDS, context=context
        )
    server = smtplib.SMTP(config.mail_host, config.mail_port, timeout=SECONDS)
    if config.mail_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _sign_in(server: smtplib.SMTP, config: Config) -> None:
    try:
        server.login(config.mail_user, config.mail_password)
    except smtplib.SMTPAuthenticationError as error:
        raise SignInRefused(f"{error.smtp_code} {_text(error.smtp_error)}"[:300]) from error
    except smtplib.SMTPNotSupportedError as error:
        raise SignInRefused(str(error)[:300]) from error


def _said(recipients: Mapping[str, tuple[int, bytes]]) -> str:
    said = (f"{each}: {code} {_text(text)}" for each, (code, text) in recipients.items())
    return "; ".join(said)[:300]


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
