"""A mailbox at a server that the operator has named, by IMAP over TLS.

What waits in it is what nobody has read and nobody has flagged. A mail is only marked, never taken
away: read when it was heard, flagged when it was set aside. Whoever takes the flag off has it read
again.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import mktime

from cardwright_platform.config import Config

SECONDS = 20.0
#: Mails of one look, and bytes of one mail.
MOST_MAILS = 100
MOST_BYTES = 10_000_000

_SIZE = re.compile(rb"RFC822\.SIZE ([0-9]{1,18})")


class MailboxAwayError(Exception):
    """The mailbox cannot be read now; holds what was said."""


@dataclass(frozen=True)
class Waiting:
    """A mail that nobody has heard yet."""

    uid: str
    size: int
    arrived: datetime


class Mailbox:
    """An open folder of a mailbox."""

    def __init__(self, server: imaplib.IMAP4, epoch: str) -> None:
        self._server = server
        self._epoch = epoch

    def waiting(self) -> Iterator[Waiting]:
        """Yield what waits, the oldest first."""
        found = b" ".join(_parts(self._do("SEARCH", "UNSEEN", "UNFLAGGED", "UNDELETED")))
        for uid in found.split()[:MOST_MAILS]:
            said = b" ".join(_parts(self._do("FETCH", uid.decode(), "(RFC822.SIZE INTERNALDATE)")))
            size, arrived = _SIZE.search(said), imaplib.Internaldate2tuple(said)
            if size and arrived:  # else somebody took it away meanwhile
                moment = datetime.fromtimestamp(mktime(arrived), UTC)
                yield Waiting(uid.decode(), int(size.group(1)), moment)

    def place_of(self, mail: Waiting) -> str:
        """Return what tells a mail apart from all others of the folder, for good."""
        return f"{self._epoch}/{mail.uid}"

    def read(self, mail: Waiting) -> bytes:
        """Return a mail as it came, without marking it."""
        answer = self._do("FETCH", mail.uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        for each in answer:
            if isinstance(each, tuple):
                return bytes(each[1])
        raise MailboxAwayError("the mail is gone")

    def mark_heard(self, mail: Waiting) -> None:
        """Mark a mail as read."""
        self._do("STORE", mail.uid, "+FLAGS.SILENT", r"(\Seen)")

    def set_aside(self, mail: Waiting) -> None:
        """Flag a mail and leave it unread, for somebody to look at."""
        self._do("STORE", mail.uid, "+FLAGS.SILENT", r"(\Flagged)")

    def _do(self, command: str, *arguments: str) -> list[object]:
        state, answer = self._server.uid(command, *arguments)
        if state != "OK":
            raise MailboxAwayError(f"{command}: {_text(answer)}")
        return list(answer)


@contextmanager
def open_mailbox(config: Config) -> Iterator[Mailbox]:
    """Open the folder that the operator has named; raise MailboxAwayError whatever goes wrong."""
    try:
        with imaplib.IMAP4_SSL(
            config.inbox_host,
            config.inbox_port,
            ssl_context=ssl.create_default_context(),
            timeout=SECONDS,
        ) as server:
            server.login(f'"{config.inbox_user}"', config.inbox_password)
            state, answer = server.select(f'"{config.inbox_folder}"')
            if state != "OK":
                raise MailboxAwayError(_text(answer))
            epoch = _text(server.response("UIDVALIDITY")[1])
            yield Mailbox(server, f"{config.inbox_user}/{config.inbox_folder}/{epoch}")
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxAwayError(str(error)[:300]) from error


def _parts(answer: list[object]) -> Iterator[bytes]:
    for each in answer:
        if isinstance(each, tuple):
            yield from (part for part in each if isinstance(part, bytes))
        elif isinstance(each, bytes):
            yield each


def _text(answer: object) -> str:
    parts = answer if isinstance(answer, list) else [answer]
    return b" ".join(_parts(parts)).decode("utf-8", "replace")[:300]
