"""Eighty spellings of this machine and its neighbours: none is called, none is told apart."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from cardwright_platform.security.outbound import OutboundError, post

#: This machine, its neighbours and what watches over it, as hosts of addresses.
HOSTS = (
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0.0",
    "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0x7f.0.0.1", "0177.0.0.1",
    "0177.0.1", "127.0.0.01", "0x7F.0x0.0x0.0x1", "127.0.0.1.", "localhost",
    "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]",
    "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "[100::1]", "[2001:db8::1]", "[::ffff:0:127.0.0.1]", "10.0.0.1", "10.1", "0x0a.0.0.1",
    "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1", "169.254.169.254",
    "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1",
    "100.100.100.200", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[2002:a9fe:a9fe::]",
)  # fmt: skip
#: Whole addresses that are read in two ways, or are none of the web.
ODD = (
    "http://①②⑦.⓪.⓪.①:{}/", "http://127。0。0。1:{}/", "http://a@127.0.0.1:{}/",
    "http://example.com:80@127.0.0.1:{}/", "http://127.0.0.1:{}#@example.com/",
    "http://127.0.0.1:{}\\@example.com/", "http://127.0.0.1:{}?@example.com/",
    "http:/127.0.0.1:{}/", "http:127.0.0.1:{}", "//127.0.0.1:{}/", "HTTP://127.0.0.1:{}/",
    "http://127.0.0.1:{}/\r\nHost: x", "http://[::1:{}/", "http://127.0.0.1%00.example.com:{}/",
    "http://127.0.0.1%2f:{}/", "http://\t127.0.0.1:{}/", "http:// 127.0.0.1:{}/",
    "file:///etc/passwd?{}", "gopher://127.0.0.1:{}/x", "dict://127.0.0.1:{}/x",
    "ftp://127.0.0.1:{}/", "unix:///tmp/x?{}", "jar:http://127.0.0.1:{}!/", "ldap://127.0.0.1:{}/",
)  # fmt: skip


class Door:
    """A port of loopback, on both kinds of addresses; counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.knocks += 1
            connection.close()

    def close(self) -> None:
        """Close the door."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.close()


def refusal(url: str) -> tuple[str, str]:
    """Return how an address is refused: the kind of error and its code."""
    try:
        post(url, b"x", {}, seconds=1)
    except OutboundError as error:
        return "refused", error.message.code
    except socket.gaierror:
        return "unknown", ""  # no machine has this name, so nothing was connected to
    raise AssertionError(f"{url} was called")


def test_no_near_address_is_called(door: Door) -> None:
    for host in HOSTS:
        for url in (f"http://{host}:{door.port}/", f"https://{host}/", f"http://{host}:8080/x"):
            assert refusal(url)[0] in ("refused", "unknown"), url
    for odd in ODD:
        assert refusal(odd.format(door.port))[0] in ("refused", "unknown"), odd
    assert len(HOSTS) + len(ODD) >= 80
    assert door.knocks == 0


def test_open_closed_and_filtered_ports_are_refused_in_the_same_words(door: Door) -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    urls = (
        f"http://127.0.0.1:{door.port}/",
        f"http://127.0.0.1:{port}/",
        "http://127.0.0.1/",
        "http://10.255.255.1:81/",
    )
    assert {refusal(url) for url in urls} == {("refused", "address_not_allowed")}
    assert door.knocks == 0
