"""What is purged is first written to a file: JSON lines, compressed, whole or not at all."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

#: Folder of archives within that of the installation.
FOLDER = "archive"


def write_archive(home: Path, name: str, at: datetime, lines: Iterable[Mapping[str, Any]]) -> Path:
    """Write lines to ``archive/<name>-<moment>.jsonl.gz`` and return its path, once it is safe."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    target = folder / f"{name}-{at:%Y%m%dT%H%M%S%f}.jsonl.gz"
    draft = target.with_suffix(".part")
    with draft.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
            for line in lines:
                file.write(orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE))
        raw.flush()
        os.fsync(raw.fileno())
    draft.rename(target)
    folder_number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(folder_number)
    finally:
        os.close(folder_number)
    return target
