"""The notice channel ``http``: any place that takes what somebody is told by one signed POST."""

from __future__ import annotations

from typing import ClassVar

from cardwright_platform.connectors.connector import Setup
from cardwright_platform.connectors.http_posting import HttpPosting
from cardwright_platform.connectors.notice_channel import WrittenNotice

#: What the notice and whom it goes to give to fill in.
NAMES = (
    "id", "kind", "text", "title", "url", "login", "name", "email", "phone", "subject",
)  # fmt: skip


class HttpChannel:
    """Posts a notice as the operator writes it."""

    name: ClassVar[str] = "http"

    def __init__(self, setup: Setup) -> None:
        self._posting = HttpPosting(setup, NAMES)

    def send(self, notice: WrittenNotice) -> str:
        """Post a notice; raise Refused or Away with what the other side answered."""
        to = notice.to
        said = {
            "id": notice.id,
            "kind": notice.kind,
            "text": notice.text,
            "title": notice.title,
            "url": notice.url,
            "login": to.login,
            "name": to.name,
            "email": to.email,
            "phone": to.phone,
            "subject": to.subject,
        }
        return self._posting.post(notice.moment, said)
