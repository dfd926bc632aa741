"""Child program: what a mail that came in says, cut to what rules take."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from email import message_from_bytes
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from cardwright_platform.confined.boundaries import Refusal, run

#: Characters of a line and of the text that rules read.
_LINE, _TEXT = 255, 20_000
#: Elements whose words nobody sees, and those that begin a line.
_UNSEEN = frozenset({"head", "script", "style", "title"})
_BLOCKS = frozenset({"br", "div", "h1", "h2", "h3", "li", "p", "table", "tr"})
#: What mails call themselves, and what more senders write by that name than it says.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "utf-8"}


def read_mail(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write what the mail of a file says to the output, as JSON."""
    said = say(Path(request["path"]).read_bytes(), request["place"])
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()
    return {}


def say(raw: bytes, place: str) -> dict[str, Any]:
    """Return what a mail says; whatever else the library raises ends the child as unreadable.

    Its key is the same for a mail that is delivered twice; ``place`` tells those without an id
    apart.
    """
    message = message_from_bytes(raw, policy=default)
    senders = _addresses(message, "From")
    if not senders:
        raise Refusal("mail_no_sender")
    subject, text = _line(str(message.get("Subject", ""))), _text_of(message)
    own = str(message.get("Message-ID", "")).strip() or place
    said = (own, str(message.get("Date", "")), senders[0], subject, text)
    return {
        "key": sha256("\0".join(said).encode("utf-8", "replace")).hexdigest(),
        "sender": senders[0],
        "to": _line(", ".join(_addresses(message, "To"))),
        "subject": subject,
        "text": text,
        "by_machine": "auto-replied" in str(message.get("Auto-Submitted", "")).lower(),
    }


def _addresses(message: EmailMessage, name: str) -> list[str]:
    header = message.get(name)
    found = header.addresses if isinstance(header, AddressHeader) else ()
    return [_line(each.addr_spec) for each in found if each.username and each.domain]


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise Refusal("file_unreadable")
    charset = body.get_content_charset("utf-8").lower()
    written = content.decode(_WIDER.get(charset, charset), "replace")
    if body.get_content_subtype() == "html":
        written = _words_of(written)
    return _clean(written).strip()[:_TEXT]


def _words_of(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(each.split()) for each in "".join(reader.words).split("\n"))
    return "\n".join(each for each in lines if each)


class _Words(HTMLParser):
    """Collects the words of a page that people see."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(" ".join(data.split("\n")))


def _line(written: str) -> str:
    return " ".join(_clean(written).split())[:_LINE]


def _clean(written: str) -> str:
    """Return text without what no field keeps: signs that control, halves of signs."""
    whole = written.replace("\r\n", "\n").encode("utf-8", "replace").decode()
    return "".join(each for each in whole if each in "\n\t" or each.isprintable())


if __name__ == "__main__":
    run(read_mail)
