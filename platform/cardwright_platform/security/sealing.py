"""Secrets at rest: sealed with AES-GCM by the installation's key, each for its one purpose."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
#: Which way of sealing a text was sealed by, so that another may follow.
_VERSION = "1."


class SealBrokenError(Exception):
    """A sealed text was changed, belongs elsewhere, or was sealed by another key."""


@dataclass(frozen=True)
class KeySealing:
    """Seals and opens texts; implements ``contexts.Sealing``."""

    key: bytes = field(repr=False)

    def seal(self, text: str, purpose: str) -> str:
        """Return a text that only the same key and purpose open; no two are alike."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self.key).encrypt(nonce, text.encode(), purpose.encode())
        return _VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, purpose: str) -> str:
        """Return what was sealed; raise SealBrokenError for anything else."""
        try:
            if not sealed.startswith(_VERSION):
                raise SealBrokenError
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_VERSION))
            text = AESGCM(self.key).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealBrokenError from error
        return text.decode()
