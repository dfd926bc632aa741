"""What an OpenID provider publishes about itself: addresses and keys, read anew when they age."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cardwright_platform.security.outbound import Answer, OutboundError
from cardwright_platform.sign_in_providers.provider import Get, Unreachable

_PATH = "/.well-known/openid-configuration"
#: How long what was read is believed, and how soon an unknown key has the keys read again.
_LASTS = timedelta(hours=1)
_SOONEST = timedelta(minutes=1)
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Addresses:
    """Where an OpenID provider is asked what."""

    authorize: str
    token: str
    keys: str
    people: str
    takes_basic: bool  #: the secret goes into a header, as the standard would have it
    says_issuer: bool  #: whose answer it is stands in each answer (RFC 9207)


class OpenIdDocuments:
    """Addresses and keys of one issuer."""

    def __init__(self, issuer: str, get: Get, clock: Callable[[], datetime]) -> None:
        self._issuer, self._get, self._clock = issuer, get, clock
        self._lock = threading.Lock()
        self._addresses: tuple[datetime, Addresses] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def addresses(self) -> Addresses:
        """Return the provider's addresses; raise Unreachable."""
        with self._lock:
            if self._addresses is None or self._is_old(self._addresses[0], _LASTS):
                self._addresses = (self._clock(), self._read_addresses())
            return self._addresses[1]

    def keys(self, wanted: str | None) -> KeySet:
        """Return the provider's keys; they change, so one that is not known has them read again.

        Whoever invents names of keys has them read once a minute at most.
        """
        where = self.addresses().keys
        with self._lock:
            held = self._keys
            if held is not None and not self._is_old(held[0], _LASTS):
                is_known = any(each.kid == wanted for each in held[1].keys)
                if is_known or not self._is_old(held[0], _SOONEST):
                    return held[1]
            document = _object(self._read(where))
            try:
                made = KeySet.import_key_set({"keys": _usable(document)})
            except (JoseError, ValueError, TypeError) as error:
                raise Unreachable("the keys of the provider are no keys") from error
            self._keys = (self._clock(), made)
            return made

    def _read_addresses(self) -> Addresses:
        said = _object(self._read(self._issuer.rstrip("/") + _PATH))
        # Else somebody could speak for another issuer by publishing a document of his own.
        if said.get("issuer") != self._issuer:
            raise Unreachable(f"the provider calls itself {said.get('issuer')!r:.200}")
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Addresses(
            authorize=_address(said, "authorization_endpoint"),
            token=_address(said, "token_endpoint"),
            keys=_address(said, "jwks_uri"),
            people=_address(said, "userinfo_endpoint") if "userinfo_endpoint" in said else "",
            takes_basic=isinstance(methods, list) and "client_secret_basic" in methods,
            says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
        )

    def _read(self, url: str) -> Answer:
        try:
            return self._get(url, {"Accept": "application/json"})
        except (OSError, OutboundError) as error:
            raise Unreachable(f"{url}: {type(error).__name__}") from error

    def _is_old(self, read: datetime, lasts: timedelta) -> bool:
        return self._clock() - read >= lasts


def is_safe(url: str) -> bool:
    """Tell whether what is sent there is read by nobody between: TLS, or this very machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _NEAR)


def _address(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not is_safe(found):
        raise Unreachable(f"the provider names no safe {name}")
    return found


def _object(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise Unreachable(f"the provider answered {answer.status}")
    try:
        document = json.loads(answer.body)
    except ValueError as error:
        raise Unreachable("the provider answered no JSON") from error
    if not isinstance(document, dict):
        raise Unreachable("the provider answered no object")
    return document


def _usable(document: Mapping[str, Any]) -> list[Any]:
    """Return the keys for signatures; a provider may publish others, of kinds not known here."""
    listed = document.get("keys")
    return [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict)
        and each.get("kty") in ("RSA", "EC", "OKP")
        and each.get("use", "sig") == "sig"
    ]
