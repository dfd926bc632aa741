"""Bytes that no client sends, to a real server: no file of the machine, and it goes on serving."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from faults.sites import Site, copier
from running import running
from services.children import free_port

from cardwright_platform.security.headers import security_headers

_PATIENCE = 60.0

#: Ways to write two dots and a slash.
DOTS = ("..", "%2e%2e", "%2E.", ".%2e", "..;", "%252e%252e", "%c0%ae%c0%ae", "%uff0e%uff0e", "．．")
SLASHES = ("/", "//", "%2f", "%5c", "\\", "%252f", "%c0%af", "/./", "/%00/", "%e2%88%95")
FILES = ("etc/passwd", "secret.key", "config.yaml", "theme.yaml", "var/secret.key")
PLACES = (
    "/static/standard",
    "/static",
    "/static/standard/x",
    "/files",
    "/files/1",
    "/api/v1/files",
    "",
)


@dataclass(frozen=True)
class Server:
    """A server process, and what its folder holds that nobody may read."""

    port: int
    site: Site
    printed: Path
    secrets: tuple[bytes, ...]

    def ask(self, request: bytes) -> bytes:
        """Send bytes; return what comes until the server closes or has answered."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as connection:
            answer = b""
            # A server may close as soon as it has seen enough.
            with suppress(OSError):
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                while part := connection.recv(65_536):
                    answer += part
            return answer

    def get(self, path: str, *headers: str) -> bytes:
        """Ask for a path exactly as it is written."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        return self.ask("\r\n".join([*lines, *headers, "", ""]).encode())

    def is_well(self) -> bool:
        """Tell whether it still answers others."""
        answer = httpx.get(
            f"http://127.0.0.1:{self.port}/healthz", trust_env=False, timeout=_PATIENCE
        )
        return answer.json() == {"status": "ok"}


@pytest.fixture(scope="module", params=["1", "2"], ids=["one process", "two processes"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    site = copier(None, tmp_path_factory.mktemp("place"))()
    port = free_port()
    command = ("serve", "--port", str(port))
    choice = {"CARDWRIGHT_PROCESSES": request.param}
    with running(site.folder, *command, ready="Ctrl+C", **choice) as printed:
        yield Server(port, site, printed, secrets_of(site.folder))


def secrets_of(place: Path) -> tuple[bytes, ...]:
    key = (place / "var" / "secret.key").read_bytes().strip()
    return (b"root:x:0:", b"root:*:0:", b'"packs"', key, b"SQLite format 3", b"label:\n")


def status_of(answer: bytes) -> int:
    line = answer.partition(b"\r\n")[0].split()
    return int(line[1]) if len(line) > 1 and line[1].isdigit() else 0


def test_no_spelling_of_a_path_leads_to_a_file_of_the_machine(server: Server) -> None:
    assert status_of(server.get("/healthz")) == 200
    asked = 0
    for place in PLACES:
        for dots in DOTS:
            for slash in SLASHES:
                path = f"{place}/{(dots + slash) * 8}{FILES[asked % len(FILES)]}"
                asked += 1
                answer = server.get(path)
                assert status_of(answer) in (0, 303, 308, 400, 401, 403, 404, 405), (path, answer)
                assert not any(secret in answer for secret in server.secrets), path
    assert asked > 500
    assert server.is_well()


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "http://evil.example/",
        "http://evil.example:80/static/standard/../../x",
        "//evil.example/x",
        "*",
        "?",
        "%",
        "/%",
        "/%zz",
        "/\x00",
        "/\x7f",
        "/é长",
        "/" + "a" * 8_000,
        "/" + "a/" * 3_900,
        "/list/firm?" + "a=1&" * 1_900,
    ],
    ids=lambda path: path[:30],
)
def test_an_odd_target_is_refused_or_answered(server: Server, path: str) -> None:
    answer = server.get(path)
    assert status_of(answer) < 500 or status_of(answer) == 505
    location = answer.partition(b"ocation: ")[2].partition(b"\r\n")[0]
    assert not location.startswith((b"//", b"http://evil"))
    assert server.is_well()


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: a\r\n" * 5_000 + b"\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Content-Length: 6\r\n\r\nabcdef",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Length: 4\r\n\r\n0\r\n\r\nGET /list/firm HTTP/1.1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nabc",
        b"POST /api/v1/records/firm HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
        b"Content-Length: 0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + b"\xff" * 60 + b"\r\n\r\n",
        bytes(range(256)) * 20,
    ],
    ids=lambda request: repr(request[:40]),
)
def test_bytes_that_are_no_request_end_only_themselves(server: Server, request_: bytes) -> None:
    answer = server.ask(request_)
    statuses = {part[2:5] for part in answer.split(b"HTTP/1.")[1:]}
    assert b"500" not in statuses
    assert b"Traceback" not in answer
    assert b"/list/firm" not in answer
    assert server.is_well()


def test_no_answer_names_the_library_that_serves(server: Server) -> None:
    for request in (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"GET\r\n\r\n"):
        head = server.ask(request).partition(b"\r\n\r\n")[0].lower()
        assert head.startswith(b"http/1.")
        assert not any(name in head for name in (b"gunicorn", b"waitress", b"werkzeug", b"python"))


#: What no application is asked about, and the status of its refusal, by the kind of server.
REFUSED = (
    (b"GET\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n<script>: x\r\n\r\n", {400}),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", {431}),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: a\r\n" * 20_000 + b"\r\n", {431}),
    (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", {414, 431}),
    (b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", {400}),
    (b"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\n", {400, 501}),
    (
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n",
        {413},
    ),
)


@pytest.mark.parametrize(("request_", "statuses"), REFUSED, ids=lambda part: repr(part)[:40])
def test_what_a_server_refuses_by_itself_is_as_safe_as_any_other_answer(
    server: Server, request_: bytes, statuses: set[int]
) -> None:
    answer = server.ask(request_)
    assert status_of(answer) in statuses, answer[:400]
    head, _, body = answer.partition(b"\r\n\r\n")
    told = email.message_from_bytes(head.partition(b"\r\n")[2])
    for name, value in security_headers(is_https=False).items():
        assert told.get_all(name) == [value], name
    assert told["Cache-Control"] == "no-store"
    assert "html" not in told["Content-Type"] or status_of(answer) == 413
    assert b"<script>" not in body
    assert server.is_well()


def test_uploads_that_break_off_leave_nothing_behind(server: Server) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    head = (
        f"POST /api/v1/files HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: Bearer {server.site.token}\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    ).encode()
    files = server.site.folder / "var" / "files"
    before = sorted(files.rglob("*"))
    for size in (0, 1, 100, 70_000, 600_000):
        for _ in range(3):
            answer = server.ask(head + part + b"x" * size)
            assert status_of(answer) in (0, 400, 422), answer
    # Both kinds of server may find out only after the connection is gone.
    assert server.is_well()
    assert [path for path in sorted(files.rglob("*")) if path not in before] == []
    assert "Traceback" not in server.printed.read_text("utf-8")
