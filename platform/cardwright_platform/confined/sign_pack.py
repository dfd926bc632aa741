"""Child program: makes a pair of keys, or signs the manifest of a pack (Ed25519)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from cardwright_platform.confined.boundaries import Refusal, run


def sign_pack(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a key in a file, or sign with the key of a file; report the public key."""
    path = Path(request["key"])
    if request["do"] == "make":
        key = Ed25519PrivateKey.generate()
        content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return {"key": _public(key)}
    try:
        loaded = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise Refusal("pack_key_unreadable", path=path) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise Refusal("pack_key_unreadable", path=path)
    signature = loaded.sign(bytes.fromhex(request["content"]))
    return {"key": _public(loaded), "signature": signature.hex()}


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


if __name__ == "__main__":
    run(sign_pack)
