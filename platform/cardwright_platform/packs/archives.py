"""Archives of packs: the same bytes for the same pack, on every machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

#: Archives have no time: equal packs are equal files.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_LEVEL = 6


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Return an archive with the files in the order of their paths."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _ALWAYS)
            entry.external_attr = _MODE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return buffer.getvalue()
