"""Archives that no honest program makes of a pack, and the word with which each is refused."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import tarfile
import zipfile
from collections.abc import Mapping

from cardwright_platform.packs.archives import write_archive
from cardwright_platform.packs.manifests import MANIFEST

PACK = b"kind: pack\nname: acme_visits\n"
_DIRECTORY = b"PK\x01\x02"


def archive(files: Mapping[str, bytes], listed: Mapping[str, bytes] | None = None) -> bytes:
    """Return an archive whose manifest lists these files, or others."""
    hashes = {
        path: hashlib.sha256(content).hexdigest()
        for path, content in (files if listed is None else listed).items()
    }
    manifest = json.dumps({"format": 1, "files": hashes}).encode()
    return write_archive({**files, MANIFEST: manifest})


def raw(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return an archive with entries as they are, however wrong."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return buffer.getvalue()


def link(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def device(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path)
    entry.external_attr = (stat.S_IFCHR | 0o666) << 16
    return entry


def overlapping() -> bytes:
    """Return an archive whose second entry lies inside of the first."""
    content = bytearray(raw(("pack.yaml", PACK), ("more.yaml", PACK)))
    second = content.index(_DIRECTORY, content.index(_DIRECTORY) + 4)
    struct.pack_into("<L", content, second + 42, 0)
    return bytes(content)


def lying(size: int) -> bytes:
    """Return an archive that says another size of an entry than it unpacks to."""
    content = bytearray(raw(("pack.yaml", b"#" * 200_000)))
    struct.pack_into("<L", content, content.index(_DIRECTORY) + 24, size)
    return bytes(content)


def encrypted() -> bytes:
    """Return an archive that says it is encrypted."""
    content = bytearray(raw(("pack.yaml", PACK)))
    for start, offset in ((0, 6), (content.index(_DIRECTORY), 8)):
        content[start + offset] |= 1
    return bytes(content)


def squeezed(method: int) -> bytes:
    """Return an archive packed as no pack is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        made.writestr("pack.yaml", PACK * 1000)
    return buffer.getvalue()


def commented() -> bytes:
    """Return an archive with a comment in which another directory could be."""
    buffer = io.BytesIO(archive({"pack.yaml": PACK}))
    with zipfile.ZipFile(buffer, "a") as made:
        made.comment = archive({"pack.yaml": b"another"})
    return buffer.getvalue()


def tarred() -> bytes:
    """Return an archive of another kind, with a path that leads out."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        entry = tarfile.TarInfo("../pack.yaml")
        entry.size = len(PACK)
        made.addfile(entry, io.BytesIO(PACK))
    return buffer.getvalue()


#: Content and the code of its refusal.
BAD_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"", "pack_broken"),
    (b"no archive at all", "pack_broken"),
    (archive({"pack.yaml": PACK})[:-30], "pack_broken"),
    (raw(("../pack.yaml", PACK)), "pack_path"),
    (raw(("more/../../pack.yaml", PACK)), "pack_path"),
    (raw(("/etc/cron.d/pack.yaml", PACK)), "pack_path"),
    (raw(("C:/pack.yaml", PACK)), "pack_path"),
    (raw(("more\\..\\pack.yaml", PACK)), "pack_path"),
    (raw(("more/", b"")), "pack_path"),
    (raw(("a/" * 150 + "pack.yaml", PACK)), "pack_path"),
    (raw(("pack\n.yaml", PACK)), "pack_path"),
    (raw((link("pack.yaml"), b"/etc/passwd")), "pack_link"),
    (raw((device("pack.yaml"), b"")), "pack_link"),
    (raw(("pack.yaml", PACK), ("PACK.yaml", PACK)), "pack_duplicate"),
    (raw(("pack.yaml", PACK), ("run.py", b"import os")), "pack_file_kind"),
    (raw(("pack.yaml", PACK), ("run.phar", b"")), "pack_file_kind"),
    (raw(("pack.yaml", PACK), ("inner.zip", raw())), "pack_file_kind"),
    (raw(("pack.yaml", PACK), ("inner.txt", archive({"a.yaml": b""}))), "archive_nested"),
    (raw(("pack.yaml", b"#" * 30_000_000)), "archive_bomb"),
    (raw(*((f"{number}.txt", b"") for number in range(2001))), "archive_too_many"),
    (raw(("pack.yaml", PACK)), "pack_manifest_missing"),
    (raw(("pack.yaml", PACK), (MANIFEST, b"[]")), "pack_manifest_missing"),
    (raw(("pack.yaml", PACK), (MANIFEST, b"{" * 100_000)), "pack_manifest_missing"),
    (archive({"pack.yaml": PACK}, {}), "pack_manifest_mismatch"),
    (archive({"pack.yaml": PACK}, {"pack.yaml": b"other"}), "pack_manifest_mismatch"),
    (
        archive({"pack.yaml": PACK}, {"pack.yaml": PACK, "gone.yaml": b""}),
        "pack_manifest_mismatch",
    ),
    (raw(("more/./../..//pack.yaml", PACK)), "pack_path"),
    (raw(("~/pack.yaml", PACK), ("..", PACK)), "pack_path"),
    (raw(("more/\u202epack.yaml", PACK)), "pack_path"),
    (raw((link("more"), b"/tmp"), ("more/pack.yaml", PACK)), "pack_link"),
    (raw(("pack.yaml", PACK), ("cardwright.pth.yaml.pth", b"import os")), "pack_file_kind"),
    (raw(("pack.yaml", PACK), ("__init__.PY", b"")), "pack_file_kind"),
    (raw(("pack.yaml", PACK), ("more.tar.gz", tarred())), "pack_file_kind"),
    (overlapping(), "archive_bomb"),
    (lying(10), "archive_bomb"),
    (lying(4_000_000_000), "archive_too_large"),
    (encrypted(), "archive_encrypted"),
    (squeezed(zipfile.ZIP_LZMA), "archive_broken"),
    (squeezed(zipfile.ZIP_BZIP2), "archive_broken"),
    (b"#!/bin/sh\n" + archive({"pack.yaml": PACK}), "archive_bomb"),
    (commented(), "archive_bomb"),
    (tarred(), "pack_broken"),
)
