"""A small mail server on loopback: takes mails, or says what a test wants it to say."""

from __future__ import annotations

import socketserver
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
    """What came in, and what the server answers to an address."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  #: address → answer to RCPT TO


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server while a test needs it."""
    kept = MailServer()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            converse(self, kept)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


def converse(wire: socketserver.StreamRequestHandler, kept: MailServer) -> None:
    """Speak SMTP (RFC 5321) until the client has enough."""

    def say(text: str) -> None:
        wire.wfile.write(f"{text}\r\n".encode())

    taken: list[str] = []
    say("220 test")
    while line := wire.rfile.readline().decode().strip():
        word = line.split(" ")[0].upper()
        if word == "RCPT":
            address = line[line.index("<") + 1 : line.index(">")]
            answer = kept.answers.get(address, "250 fine")
            taken += [address] if answer.startswith("250") else []
            say(answer)
        elif word == "DATA":
            say("354 go on")
            content = b""
            while (part := wire.rfile.readline()) != b".\r\n":
                content += part[1:] if part.startswith(b"..") else part
            kept.mails.append(cast(EmailMessage, message_from_bytes(content, policy=default)))
            kept.recipients.append(taken)
            taken = []
            say("250 taken")
        elif word == "QUIT":
            say("221 bye")
            return
        else:
            say("250 test")
