"""OpenID providers on loopback: a real one in a process of its own, and one that lies as told."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from services.children import free_port, start, stop
from services.loopback import answering

CLIENT, SECRET = "cardwright", "the provider's own secret"


def way(issuer: str, **said: object) -> dict[str, object]:
    """Return the settings of an installation with one way to sign in elsewhere."""
    written = {"issuer": issuer, "client": CLIENT, "label": {"zh": "公司账号", "en": "Harbour"}}
    return {
        "sign_in_providers": {"harbour": written | said},
        "sign_in_secrets": {"harbour": SECRET},
        "outbound_networks": ("127.0.0.0/8",),
    }


@contextmanager
def real_provider(folder: Path, *people: Mapping[str, object]) -> Iterator[str]:
    """Run oidc-provider-mock, which is built on Authlib's server; yield its issuer."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    for person in people:
        command += ["--user-claims", json.dumps(person)]

    def answers() -> bool:
        try:
            return httpx.get(f"{issuer}/.well-known/openid-configuration").status_code == 200
        except httpx.TransportError:
            return False

    server = start(command, folder / "provider.log", answers)
    try:
        yield issuer
    finally:
        stop(server)


class Liar(HTTPServer):
    """A provider that follows the protocol but for what a test tells it to do otherwise."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})]
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.be_honest("s-1")

    def be_honest(self, subject: str) -> None:
        """Tell no lie from now on; it is this subject who signs in there."""
        self.subject = subject
        self.claims: dict[str, Any] = {}  #: over what an honest token says; None takes one away
        self.header: dict[str, Any] = {}
        self.signs_with: Any = None  #: instead of the first published key
        self.token = ""  #: instead of any that would be made
        self.people: dict[str, Any] | None = None  #: what is said at the place for more
        self.document: dict[str, Any] = {}

    @property
    def issuer(self) -> str:
        """Return what it calls itself."""
        return f"http://127.0.0.1:{self.server_port}"

    def let_in(self, address: str) -> dict[str, str]:
        """Do what it does when somebody has signed in there: answer a code and the state."""
        asked = {name: each[0] for name, each in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def redeem(self, fields: Mapping[str, str], sent: str) -> tuple[int, dict[str, Any]]:
        """Answer tokens for a code, once, to the client who has the verifier and the secret."""
        asked = self._codes.pop(fields.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        pair = base64.b64encode(f"{CLIENT}:the%20provider%27s%20own%20secret".encode()).decode()
        if (asked["code_challenge"], asked["code_challenge_method"]) != (challenge, "S256"):
            return 400, {"error": "invalid_grant"}
        if fields["redirect_uri"] != asked["redirect_uri"] or sent != f"Basic {pair}":
            return 401, {"error": "invalid_client"}
        return 200, {
            "access_token": "opens-people",
            "token_type": "Bearer",
            "id_token": self.token or self._made(asked["nonce"]),
        }

    def _made(self, nonce: str) -> str:
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        }
        claims = {key: each for key, each in (honest | self.claims).items() if each is not None}
        header = {"alg": "RS256", "kid": "first"} | self.header
        return jwt.encode(header, claims, self.signs_with or self.keys[0])


class _Handler(BaseHTTPRequestHandler):
    server: Liar

    def do_GET(self) -> None:
        liar = self.server
        liar.asked.append((self.path, dict(self.headers.items())))
        if self.path == "/.well-known/openid-configuration":
            self._answer(
                200,
                {
                    "issuer": liar.issuer,
                    "authorization_endpoint": f"{liar.issuer}/authorize",
                    "token_endpoint": f"{liar.issuer}/token",
                    "jwks_uri": f"{liar.issuer}/keys",
                    "userinfo_endpoint": f"{liar.issuer}/people",
                }
                | liar.document,
            )
        elif self.path == "/keys":
            self._answer(200, {"keys": [each.as_dict(private=False) for each in liar.keys]})
        elif self.path == "/people" and liar.people is not None:
            self._answer(200, liar.people)
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = {name: each[0] for name, each in parse_qs(body).items()}
        self._answer(*self.server.redeem(fields, self.headers.get("Authorization", "")))

    def _answer(self, status: int, document: Mapping[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def liar() -> Iterator[Liar]:
    """Run a provider that lies while a test needs it."""
    with answering(Liar()) as server:
        yield server
