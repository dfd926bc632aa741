"""Serves drawn sample pages on loopback with the strict policy, and takes what they post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from services.loopback import answering

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'"
OPTIONS = {
    "options": [
        {"value": "1", "text": "SV-750 伺服电机", "note": "台"},
        {"value": "2", "text": "DR-A3 伺服驱动器", "note": "台"},
    ],
    "more": False,
}


class _Answers(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/options/"):
            self._say(json.dumps(OPTIONS), "application/json")
        elif self.path == "/jobs" or self.path.startswith("/jobs/"):
            # What a page polls while a job is at work: nothing new.
            self.send_response(304)
            self.end_headers()
        else:
            super().do_GET()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        token = self.headers.get("X-CSRF-Token", "")
        self._say(f"<p id='cw-list'>{self.path} {token} {body}</p>", "text/html; charset=utf-8")

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def _say(self, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder until the block ends; gives the address."""
    answers = partial(_Answers, directory=str(folder))
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), answers)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
