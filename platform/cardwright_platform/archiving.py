"""What is purged is first written to a file: JSON lines, compressed, whole or not at all."""

from __future__ import annotations

import base64
import gzip
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from cardwright_entities.files.blobs import Blobs

#: Folder of archives within that of the installation.
FOLDER = "archive"


def archive_name(label: str, at: datetime) -> str:
    """Return the name of a file for what is purged now."""
    return f"{label}-{at:%Y%m%dT%H%M%S%f}.jsonl.gz"


def archive_path(home: Path, name: str) -> Path:
    """Return where an archive lies."""
    return home / FOLDER / name


def write_archive(
    home: Path, name: str, lines: Iterable[Mapping[str, Any]], blobs: Blobs | None = None
) -> Path:
    """Write lines to ``archive/<name>`` and return its path, once it is safe.

    Beside what says that a file was held stands its content, in base64.
    """
    target = archive_path(home, name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    draft = target.with_suffix(".part")
    with draft.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
            for line in lines:
                whole = _with_content(line, blobs) if "file" in line and blobs else line
                file.write(orjson.dumps(whole, default=str, option=orjson.OPT_APPEND_NEWLINE))
        raw.flush()
        os.fsync(raw.fileno())
    draft.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def _with_content(line: Mapping[str, Any], blobs: Blobs) -> Mapping[str, Any]:
    try:
        content = blobs.path(line["file"]["sha256"]).read_bytes()
    except FileNotFoundError:
        return line
    return {**line, "content": base64.b64encode(content).decode()}
