"""An authenticator in software: keys of its own, real signatures, and lies on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64


def written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Authenticator:
    """One key for one person; ``count`` grows with each signature."""

    origin: str = "http://localhost"
    host: str = "localhost"
    count: int = 0
    verifies: bool = True  #: asks its owner for a PIN or a finger
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: str = ""

    def make(self, options: dict[str, Any]) -> str:
        """Answer the options of a new passkey."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(_ATTESTED) + attested
        said = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"attestationObject": written(said), "clientDataJSON": written(client)})

    def sign(self, options: dict[str, Any]) -> str:
        """Answer the options of signing in."""
        self.count += 1
        client = self._client("webauthn.get", options["challenge"])
        data = self._data(0)
        over = data + hashlib.sha256(client).digest()
        response = {
            "authenticatorData": written(data),
            "clientDataJSON": written(client),
            "signature": written(self.key.sign(over, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.handle,
        }
        return self._answer(response)

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = written(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
