"""What was uploaded, stored by its content before any transaction begins."""

from __future__ import annotations

from typing import cast

from werkzeug.datastructures import FileStorage

from cardwright_entities.files.blobs import Blob, Blobs, Readable
from cardwright_platform.current import current_instance


def current_blobs() -> Blobs:
    """Return the folder of this installation's files."""
    return Blobs(current_instance().config.files_folder)


def store_upload(upload: FileStorage, *, megabytes: int = 0) -> Blob:
    """Write an uploaded file to the folder of contents; raise LimitError for one too large."""
    limit = (megabytes or current_instance().config.upload_megabytes) * 1_000_000
    source = cast(Readable, upload.stream)
    return current_blobs().put(source, limit=limit, name=upload.filename or "")
