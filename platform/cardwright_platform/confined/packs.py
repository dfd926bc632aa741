"""Archives of packs, opened and signed by confined children."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardwright_platform.confined.running import Limits, run_confined

_MEGABYTE = 1024 * 1024
_OPENING = Limits(memory=512 * _MEGABYTE, output=64 * _MEGABYTE, cpu=20, wall=60.0)
_SIGNING = Limits(memory=512 * _MEGABYTE, output=_MEGABYTE, cpu=10, wall=30.0)


@dataclass(frozen=True)
class Unpacked:
    """What a child found in an archive: its files in a folder, its manifest, who signed it."""

    folder: Path
    manifest: Mapping[str, Any]
    key: str  #: of the signer, empty for an unsigned archive


@contextmanager
def unpacked(path: Path, suffixes: tuple[str, ...]) -> Iterator[Unpacked]:
    """Open an archive into a folder that goes away; raise ConfinedError for a bad one."""
    with tempfile.TemporaryDirectory(prefix="cardwright-pack-") as place:
        folder = Path(place) / "pack"
        folder.mkdir()
        request = {"path": str(path.resolve()), "folder": str(folder), "suffixes": list(suffixes)}
        done = run_confined("open_pack", request, limits=_OPENING, folder=Path(place))
        yield Unpacked(folder, done["manifest"], done["key"])


def make_key(path: Path) -> str:
    """Make a private key in a new file and return its public key; raise ConfinedError."""
    with tempfile.TemporaryDirectory(prefix="cardwright-key-") as place:
        request = {"do": "make", "key": str(path.absolute())}
        done = run_confined("sign_pack", request, limits=_SIGNING, folder=Path(place))
    return str(done["key"])


def sign(content: bytes, key: Path) -> tuple[str, str]:
    """Return public key and signature of some bytes, signed by the key of a file."""
    with tempfile.TemporaryDirectory(prefix="cardwright-key-") as place:
        request = {"do": "sign", "key": str(key.absolute()), "content": content.hex()}
        done = run_confined("sign_pack", request, limits=_SIGNING, folder=Path(place))
    return str(done["key"]), str(done["signature"])
