"""Child program: an archive that a stranger made → the files of a pack, checked to the byte."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cardwright_platform.confined.boundaries import Refusal, run
from cardwright_platform.confined.zip_guard import ArchiveLimits, check_archive

_MEGABYTE = 1024 * 1024
_LIMITS = ArchiveLimits(entries=2_000, total=64 * _MEGABYTE, ratio=100, free=_MEGABYTE)
_MANIFEST, _SIGNATURE = "manifest.json", "signature.json"
_LONGEST_PATH = 200


def open_pack(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the files of an archive into a folder; report its manifest and who signed it."""
    try:
        with zipfile.ZipFile(request["path"]) as archive:
            _check_names(archive, tuple(request["suffixes"]))
            check_archive(archive, _LIMITS, _look)
            files = {each.filename: archive.read(each) for each in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Refusal("pack_broken") from error
    manifest = _manifest(files)
    key = _signer(files)
    _check_hashes(files, manifest)
    folder = Path(request["folder"])
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return {"manifest": manifest, "key": key}


def _check_names(archive: zipfile.ZipFile, suffixes: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for entry in archive.infolist():
        name = entry.filename
        parts = name.replace("\\", "/").split("/")
        unsafe = name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\\" in name
        if unsafe or "" in parts or len(name) > _LONGEST_PATH or not name.isprintable():
            raise Refusal("pack_path", path=name[:_LONGEST_PATH])
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise Refusal("pack_link", path=name)
        if name.lower() in seen:
            raise Refusal("pack_duplicate", path=name)
        seen.add(name.lower())
        if not name.endswith(suffixes) and name not in (_MANIFEST, _SIGNATURE):
            raise Refusal("pack_file_kind", path=name)


def _look(name: str, pieces: Iterator[bytes]) -> None:
    for _ in pieces:
        pass  # no definition is XML; reading to the end is the check


def _manifest(files: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - looked at by the parent
    try:
        body = json.loads(files[_MANIFEST])
    except (KeyError, ValueError) as error:
        raise Refusal("pack_manifest_missing") from error
    if not isinstance(body, dict) or not isinstance(body.get("files"), dict):
        raise Refusal("pack_manifest_missing")
    return body


def _check_hashes(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    listed = manifest["files"]
    there = set(files) - {_MANIFEST, _SIGNATURE}
    for path in sorted(there ^ set(listed)):
        raise Refusal("pack_manifest_mismatch", path=path)
    for path in sorted(there):
        if hashlib.sha256(files[path]).hexdigest() != listed[path]:
            raise Refusal("pack_manifest_mismatch", path=path)


def _signer(files: Mapping[str, bytes]) -> str:
    """Return the public key that signed the manifest, empty for an unsigned archive."""
    if _SIGNATURE not in files:
        return ""
    try:
        body = json.loads(files[_SIGNATURE])
        key = str(body["key"])
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(body["signature"]), files[_MANIFEST])
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Refusal("pack_signature") from error
    return key.lower()


if __name__ == "__main__":
    run(open_pack)
