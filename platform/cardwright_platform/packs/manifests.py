"""What an archive says about itself: pack, powers, and the hash of every file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardwright_metadata.definitions.others import PackDefinition

#: The version of this form of archives.
FORMAT = 1
MANIFEST = "manifest.json"
SIGNATURE = "signature.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The first thing that is read of an archive, and what its signature stands for."""

    name: str
    version: str
    language: int
    vendor: str = ""
    prefix: str = ""
    requires: Mapping[str, str] = field(default_factory=dict)  #: pack → versions, may be empty
    powers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  #: path → sha256

    def to_bytes(self) -> bytes:
        """Return the one way in which this manifest is written."""
        body = {"format": FORMAT, **vars(self)}
        return (json.dumps(body, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Manifest:
        """Read a manifest; KeyError, TypeError or ValueError for what is none."""
        if body["format"] != FORMAT:
            raise ValueError(body["format"])
        return cls(
            name=str(body["name"]),
            version=str(body["version"]),
            language=int(body["language"]),
            vendor=str(body["vendor"]),
            prefix=str(body["prefix"]),
            requires={str(key): str(value) for key, value in body["requires"].items()},
            powers=dict(body["powers"]),
            files={str(key): str(value) for key, value in body["files"].items()},
        )


def manifest_of(pack: PackDefinition, files: Mapping[str, bytes]) -> Manifest:
    """Make the manifest of a pack and its files."""
    return Manifest(
        name=pack.name,
        version=pack.version,
        language=pack.language,
        vendor=pack.vendor,
        prefix=pack.prefix,
        requires={name: pack.versions.get(name, "") for name in pack.requires},
        powers=pack.powers,
        files={path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
    )
