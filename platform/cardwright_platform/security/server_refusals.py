"""What a server says before the application is asked: as safe as any other answer, in few words."""

from __future__ import annotations

import socket
from typing import Protocol

from gunicorn import util
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from cardwright_platform.security.headers import security_headers


def guarded_channel(*, is_https: bool) -> type[HTTPChannel]:
    """Return the kind of connection whose refusals carry every header, for a single process."""
    headers = list(security_headers(is_https=is_https).items())

    class Refusal(ErrorTask):
        """An answer to what is no request, or too large for one."""

        def execute(self) -> None:
            kept = ("Cache-Control", "no-store")
            self.response_headers = [*self.response_headers, *headers, kept]
            super().execute()

    class Channel(HTTPChannel):
        """A connection."""

        error_task_class = Refusal

    return Channel


class Writer(Protocol):
    """Writes a refusal; the parameters have the names that the server gives them."""

    def __call__(self, sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
        """Write it to a connection."""


def guarded_writer(*, is_https: bool) -> Writer:
    """Return what writes a refusal with every header, for several processes.

    The message is left out: it would repeat what was sent.
    """
    headers = {
        **security_headers(is_https=is_https),
        "Cache-Control": "no-store",
        "Connection": "close",
        "Content-Type": "text/plain; charset=utf-8",
    }

    def write(sock: socket.socket, status_int: int, reason: str, mesg: str) -> None:
        body = f"{reason}\n".encode()
        lines = [f"HTTP/1.1 {status_int} {reason}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        util.write_nonblock(sock, "\r\n".join([*lines, "", ""]).encode() + body)

    return write
