"""Nothing that a rule calls is this machine or its neighbours, however the address is spelled."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from services.loopback import answering

from cardwright_platform.security import outbound
from cardwright_platform.security.outbound import OutboundError, is_public, post

LOOPBACK = ("127.0.0.0/8",)


class Listener(HTTPServer):
    """Somebody on loopback who counts who comes."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.headers["Host"], body))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/other")
        else:
            self.send_response(200)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with answering(Listener()) as server:
        yield server


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "0177.0.0.1", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "localhost",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "192.0.0.8", "198.18.0.1", "[fe80::1]", "[fc00::1]",
    ],
)  # fmt: skip
def test_no_spelling_of_a_near_address_is_called(listener: Listener, host: str) -> None:
    with pytest.raises((OutboundError, OSError)):
        post(f"http://{host}:{listener.server_port}/", b"x", {}, seconds=1)
    with pytest.raises((OutboundError, OSError)):
        post(f"http://{host}/", b"x", {}, seconds=1)
    assert listener.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://a.example/", "http://", "//a.example/", "https://a@b.example/",
        "http://a.example:99999/", "http://a.example/\r\nX: y", "http://①②⑦.0.0.1/",
        "http://a.example\\@b.example/", "gopher://a.example/", "http://a.example/ x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(OutboundError):
        post(url, b"x", {}, allowed=LOOPBACK)


def test_what_the_operator_allows_is_called_and_redirects_are_not_followed(
    listener: Listener,
) -> None:
    url = f"http://127.0.0.1:{listener.server_port}"
    answer = post(f"{url}/in?x=1", b"hello", {"X": "y"}, allowed=LOOPBACK)
    assert (answer.status, answer.body) == (200, b"thanks")
    assert post(f"{url}/away", b"again", {}, allowed=LOOPBACK).status == 302
    assert [body for _, body in listener.seen] == [b"hello", b"again"]


def test_a_name_is_resolved_once_and_every_address_of_it_is_judged(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answers(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("93.184.216.34", port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", answers)
    with pytest.raises(OutboundError):
        post("http://two-faced.example:8080/", b"x", {})
    assert asked == ["two-faced.example"]
    assert listener.seen == []


@pytest.mark.parametrize("address", ["93.184.216.34", "223.5.5.5", "2400:3200::1", "1.1.1.1"])
def test_the_public_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))
