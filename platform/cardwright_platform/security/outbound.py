"""The one way out: requests to other systems, never to this machine or its neighbours.

A name is resolved once, every address it has is judged, and the connection goes to one of those
that were judged: a name that answers differently the next time gains nothing. Redirects are not
followed. What the operator allows is in the configuration, out of reach of those who write rules.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from cardwright_entities.errors import CardwrightError, Message

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Ports of the web; others only inside networks that the operator allows.
PORTS = frozenset({80, 443, 8080, 8443})

SECONDS = 10.0
LARGEST_ANSWER = 65_536

#: Networks that are no public place although some libraries say so (RFC 6890 and its successors).
_CLOSED: tuple[Network, ...] = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip
#: The only part of IPv6 that is given out to the public (RFC 4291).
_PUBLIC_6 = ip_network("2000::/3")


class OutboundError(CardwrightError):
    """An address that must not be called; calling it again would change nothing."""


@dataclass(frozen=True)
class Answer:
    """What another system answered."""

    status: int
    body: bytes


def is_public(address: Address) -> bool:
    """Tell whether an address is a place of the public internet."""
    if isinstance(address, IPv6Address) and address not in _PUBLIC_6:
        return False
    return not any(address in each for each in _CLOSED if each.version == address.version)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[str] = (),
    seconds: float = SECONDS,
) -> Answer:
    """Send a body to an address; raise OutboundError or OSError.

    ``allowed`` are the networks (CIDR) that the operator lets be called beside the public ones.
    """
    return _ask("POST", url, body, headers, allowed=allowed, seconds=seconds)


def get(
    url: str,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[str] = (),
    seconds: float = SECONDS,
) -> Answer:
    """Read what is at an address; raise as ``post`` does."""
    return _ask("GET", url, None, headers, allowed=allowed, seconds=seconds)


def _ask(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[str],
    seconds: float,
) -> Answer:
    parts, port = _read(url)
    address = _resolve(str(parts.hostname), port, [ip_network(each) for each in allowed])
    connection = _Pinned(parts, port, address, seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(LARGEST_ANSWER))
    except http.client.HTTPException as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        connection.close()


def _read(url: str) -> tuple[SplitResult, int]:
    refused = OutboundError(Message("bad_outbound_address"))
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise refused from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise refused
    if any(each in url for each in "\r\n\t \\") or not url.isascii() or len(url) > 2_000:
        raise refused
    return parts, port


def _resolve(host: str, port: int, allowed: Sequence[Network]) -> Address:
    """Return an address to connect to; raise OutboundError unless every one may be called."""
    found = {
        ip_address(each[4][0].split("%")[0])
        for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if isinstance(each[4][0], str)
    }
    for address in found:
        inside = any(address in each for each in allowed if each.version == address.version)
        if not inside and (port not in PORTS or not is_public(address)):
            raise OutboundError(Message.of("address_not_allowed", host=host[:100]))
    if not found:
        raise OSError("no address")
    return min(found, key=lambda each: (each.version, each.packed))


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, by the name that was asked for."""

    def __init__(self, parts: SplitResult, port: int, address: Address, seconds: float) -> None:
        super().__init__(str(parts.hostname), port, timeout=seconds)
        self._address = str(address)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None

    def connect(self) -> None:
        """Connect to the judged address, whatever the name says meanwhile."""
        connected = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            connected = self._tls.wrap_socket(connected, server_hostname=self.host)
        self.sock = connected
