"""Signatures that providers ask for: digests over texts, with a key or not, one after the other.

The key of one may be the bytes of one before, as providers that derive their keys want it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from cardwright_platform.connectors.connector import ConnectorError
from cardwright_platform.connectors.placeholders import fill_text

HASHES = ("sha256", "sha512", "sha1", "md5")
_KEYS = frozenset({"hash", "over", "key", "key_of", "write"})


@dataclass(frozen=True)
class Signature:
    """One step: a digest over a text, with a key (HMAC) or without, written as text."""

    name: str
    hash: str
    over: str
    key: str | None
    key_of: str
    write: str

    def digest(self, known: Mapping[str, object], bytes_of: Mapping[str, bytes]) -> bytes:
        """Return the bytes of the digest."""
        text = fill_text(self.over, known).encode()
        if self.key_of:
            return hmac.digest(bytes_of[self.key_of], text, self.hash)
        if self.key is not None:
            return hmac.digest(fill_text(self.key, known).encode(), text, self.hash)
        return hashlib.new(self.hash, text, usedforsecurity=False).digest()


def read_signatures(said: object) -> tuple[Signature, ...]:
    """Read the option ``sign``: signatures by their names, in order; raise ConnectorError."""
    if not isinstance(said, Mapping):
        raise ConnectorError("write the signatures under 'sign' by their names")
    found: list[Signature] = []
    for name, each in said.items():
        found.append(_read(str(name), each, [before.name for before in found]))
    return tuple(found)


def sign(signatures: tuple[Signature, ...], known: Mapping[str, object]) -> dict[str, object]:
    """Return what is known with the signatures beside it, by their names."""
    told, bytes_of = dict(known), dict[str, bytes]()
    for each in signatures:
        bytes_of[each.name] = each.digest(told, bytes_of)
        told[each.name] = _written(bytes_of[each.name], each.write)
    return told


def _read(name: str, said: object, before: list[str]) -> Signature:
    where = f"sign.{name}"
    if not isinstance(said, Mapping) or not isinstance(said.get("over"), str):
        raise ConnectorError(f"{where}: say 'over', the text that is signed")
    if unknown := sorted(set(map(str, said)) - _KEYS):
        raise ConnectorError(f"{where}: there is no '{unknown[0]}'; use {', '.join(sorted(_KEYS))}")
    found = Signature(
        name=name,
        hash=str(said.get("hash", HASHES[0])),
        over=said["over"],
        key=None if said.get("key") is None else str(said["key"]),
        key_of=str(said.get("key_of", "")),
        write=str(said.get("write", "hex")),
    )
    if found.hash not in HASHES:
        raise ConnectorError(f"{where}.hash: choose one of {', '.join(HASHES)}")
    if found.write not in ("hex", "base64"):
        raise ConnectorError(f"{where}.write: choose hex or base64")
    if found.key_of and found.key_of not in before:
        raise ConnectorError(f"{where}.key_of: name a signature before this one")
    return found


def _written(digest: bytes, how: str) -> str:
    return base64.b64encode(digest).decode() if how == "base64" else digest.hex()
