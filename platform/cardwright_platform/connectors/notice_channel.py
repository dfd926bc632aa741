"""NoticeChannel: how people are told outside what they are told inside; what a plugin writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from cardwright_platform.connectors.connector import Setup


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a notice goes to; what is not known of him is empty."""

    login: str
    name: str
    email: str = ""
    phone: str = ""
    subject: str = ""  #: who he is at the place to sign in that the operator has named


@dataclass(frozen=True, kw_only=True)
class WrittenNotice:
    """One thing that one person is told, in his language.

    ``title`` is what the record is called that it is about, ``url`` leads there; both are empty
    for a notice about no record.
    """

    id: str  #: the same however often it is tried
    to: Recipient
    kind: str  #: assigned, approval, alert, mention, reminder, job, shared
    text: str
    moment: datetime
    language: str
    title: str = ""
    url: str = ""


class NoticeChannel(Protocol):
    """Tells one person something by one way. Stateless once it is made; threads share it."""

    name: ClassVar[str]

    def __init__(self, setup: Setup) -> None:
        """Read the options; raise ConnectorError for what cannot be used."""
        ...

    def send(self, notice: WrittenNotice) -> str:
        """Give a notice away; return the other side's number for it, empty for none.

        Raise Refused or Away, or OSError, which is Away too.
        """
        ...
