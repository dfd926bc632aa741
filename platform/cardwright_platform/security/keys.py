"""The installation's secret key: made at the first start, one derived key for each purpose."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

_BYTES = 32
#: Too regular to have been drawn at random.
_DISTINCT = 12


class KeyFileError(Exception):
    """The key file cannot be trusted; the message says what to do."""


def load_key(path: Path) -> bytes:
    """Read the secret key, making one at the first start; raise KeyFileError."""
    if not path.exists():
        _make(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyFileError(f"{path} can be read by others: chmod 600 {path}")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise KeyFileError(
            f"{path} holds no hexadecimal key: remove it to get a new one"
        ) from error
    if len(key) < _BYTES or len(set(key)) < _DISTINCT:
        raise KeyFileError(f"{path} holds a weak key: remove it to get a new one")
    return key


def derive(key: bytes, purpose: str) -> bytes:
    """Return the key for one purpose, from which no other can be computed (HKDF-SHA256)."""
    extracted = hmac.digest(b"cardwright", key, hashlib.sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", hashlib.sha256)


def sign(key: bytes, text: str) -> str:
    """Return a signature of the text that only holders of the key can make."""
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def is_signed(key: bytes, text: str, signature: str) -> bool:
    """Tell whether the signature belongs to the text, in constant time."""
    return hmac.compare_digest(sign(key, text).encode(), signature.encode())


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # Of two processes that start together the first one's key holds for both.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
