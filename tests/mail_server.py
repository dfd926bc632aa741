"""A small mail server on loopback: takes mails, or says what a test wants it to say."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass
class MailServer:
    """What came in, and what the server answers to an address or wants to know first."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  #: address → answer to RCPT TO
    tls: ssl.SSLContext | None = None
    implicit: bool = False  #: TLS from the first byte, not by STARTTLS
    account: tuple[str, str] | None = None  #: who has to sign in; others are refused
    commands: list[str] = field(default_factory=list)  #: words in clear, before TLS


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None,
    *,
    implicit: bool = False,
    account: tuple[str, str] | None = None,
) -> Iterator[MailServer]:
    """Run a server while a test needs it."""
    kept = MailServer(tls=tls, implicit=implicit, account=account)

    class Listener(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                Conversation(self.request, kept).go_on()
            except (ssl.SSLError, ConnectionError):
                return  # the client did not like our certificate

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Listener) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


class Conversation:
    """Speaks SMTP (RFC 5321, 3207, 4954) until the client has enough."""

    def __init__(self, connection: socket.socket, kept: MailServer) -> None:
        self._connection = connection
        self._kept = kept
        self._rest = b""
        self._is_safe = False
        self._is_known = kept.account is None
        self._taken: list[str] = []

    def go_on(self) -> None:
        """Answer each command."""
        try:
            if self._kept.implicit:
                self._make_safe()
            self._say("220 test")
            while (line := self._read().decode()) and not line.upper().startswith("QUIT"):
                self._answer(line.split(" ")[0].upper(), line)
            self._say("221 bye")
        finally:
            self._connection.close()

    def _answer(self, word: str, line: str) -> None:
        if not self._is_safe:
            self._kept.commands.append(word)
        if word in ("MAIL", "RCPT", "DATA") and not self._is_known:
            self._say("530 sign in first")
            return
        answers = {
            "EHLO": self._offer, "STARTTLS": self._start_tls, "AUTH": self._sign_in,
            "RCPT": self._take_recipient, "DATA": self._take_mail,
        }  # fmt: skip
        answers.get(word, lambda _: self._say("250 test"))(line)

    def _offer(self, _: str) -> None:
        self._say("250-test")
        if self._kept.tls and not self._is_safe:
            self._say("250-STARTTLS")
        if self._kept.account and self._is_safe:
            self._say("250-AUTH LOGIN")
        self._say("250 8BITMIME")

    def _start_tls(self, _: str) -> None:
        self._say("220 go on")
        self._make_safe()

    def _make_safe(self) -> None:
        assert self._kept.tls is not None
        self._connection = self._kept.tls.wrap_socket(self._connection, server_side=True)
        self._is_safe = True

    def _sign_in(self, line: str) -> None:
        given = line.split(" ")[2:]
        name = base64.b64decode(given[0]).decode() if given else self._ask("Username:")
        self._is_known = (name, self._ask("Password:")) == self._kept.account
        self._say("235 welcome" if self._is_known else "535 5.7.8 wrong password")

    def _take_recipient(self, line: str) -> None:
        address = line[line.index("<") + 1 : line.index(">")]
        answer = self._kept.answers.get(address, "250 fine")
        self._taken += [address] if answer.startswith("250") else []
        self._say(answer)

    def _take_mail(self, _: str) -> None:
        self._say("354 go on")
        content = b""
        while (part := self._read()) != b".":
            content += (part[1:] if part.startswith(b"..") else part) + b"\r\n"
        self._kept.mails.append(cast(EmailMessage, message_from_bytes(content, policy=default)))
        self._kept.recipients.append(self._taken)
        self._taken = []
        self._say("250 taken")

    def _ask(self, prompt: str) -> str:
        self._say(f"334 {base64.b64encode(prompt.encode()).decode()}")
        return base64.b64decode(self._read()).decode()

    def _say(self, text: str) -> None:
        self._connection.sendall(f"{text}\r\n".encode())

    def _read(self) -> bytes:
        """Return the next line, empty where the client has gone."""
        while b"\r\n" not in self._rest:
            got = self._connection.recv(65_536)
            if not got:
                return b""
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\r\n")
        return line
