"""A provider of short messages on loopback: checks signatures, answers what a test wants."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from services.loopback import answering

SECRET = "provider's secret"
TAKEN = (200, '{"code": "OK", "id": "p-1"}')


class Provider(HTTPServer):
    """What came in: path, headers and body; the answers to give before it takes everything."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Return the address to post to."""
        return f"http://127.0.0.1:{self.server_port}/send"

    def settings(self, **options: object) -> dict[str, object]:
        """Return how an installation is configured that signs as this provider wants it."""
        usual: dict[str, object] = {
            "url": self.url,
            "headers": {"X-Time": "{seconds}", "X-Sign": "{sign}"},
            "json": {
                "to": "{national}",
                "sign": "卡匠",
                "text": "{text}",
                "template": "{template}",
                "with": "{values}",
                "id": "{id}",
            },
            "sign": {"sign": {"over": "{seconds}.{body}", "key": "{secret}"}},
            "taken": {"path": "code", "is": "OK"},
            "again": {"path": "code", "is": ["BUSY"]},
            "their_id": "id",
        }
        return {
            "sms_connector": "http",
            "sms_options": usual | options,
            "sms_secret": SECRET,
            "outbound_networks": ("127.0.0.0/8",),
        }


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = dict(self.headers.items())
        self.server.got.append((self.path, headers, body))
        status, said = self.server.answers.pop(0) if self.server.answers else TAKEN
        if "X-Sign" in headers and not _is_signed(headers, body):
            status, said = 401, '{"code": "SIGNATURE"}'
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _is_signed(headers: dict[str, str], body: bytes) -> bool:
    signed = headers["X-Time"].encode() + b"." + body
    wanted = hmac.digest(SECRET.encode(), signed, hashlib.sha256).hex()
    return hmac.compare_digest(wanted, headers["X-Sign"])


@contextmanager
def sms_provider() -> Iterator[Provider]:
    """Run a provider while a test needs it."""
    with answering(Provider()) as server:
        yield server
