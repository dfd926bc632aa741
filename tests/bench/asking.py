"""A bounded keep-alive client over one raw socket: what it costs is what the server costs."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """One request as bytes, and what a good answer begins with."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200

    def encode(self, host: str, token: str) -> bytes:
        """Return the bytes that go over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"Authorization: Bearer {token}", f"Content-Length: {len(self.body)}"]
        if self.body:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Line:
    """One connection to a server of this machine."""

    def __init__(self, port: int, token: str) -> None:
        self._address = ("127.0.0.1", port)
        self._host = f"127.0.0.1:{port}"
        self._token = token
        self._socket = self._connect()

    def ask(self, request: Request) -> tuple[float, bytes]:
        """Send a request; return milliseconds until its answer was read whole, and the body."""
        data = request.encode(self._host, self._token)
        start = time.perf_counter()
        try:
            self._socket.sendall(data)
            status, body = self._answer()
        except (ConnectionError, ValueError):
            self._socket = self._connect()
            start = time.perf_counter()
            self._socket.sendall(data)
            status, body = self._answer()
        spent = (time.perf_counter() - start) * 1000
        if status != request.status:
            raise RuntimeError(f"{request.method} {request.path}: {status} {body[:300]!r}")
        return spent, body

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._address, 60)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _answer(self) -> tuple[int, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            body += self._more()
        return status, body

    def _more(self) -> bytes:
        part = self._socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed the line")
        return part
