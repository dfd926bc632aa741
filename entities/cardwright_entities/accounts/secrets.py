"""Random secrets that people and programs hold; we keep only what they hash to."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """Make a secret of 256 random bits, printable in a cookie, a header or a link."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is stored of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
