"""What was uploaded, stored by its content before any transaction begins."""

from __future__ import annotations

from typing import cast

from flask import request
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


def stored_files() -> dict[str, tuple[Blob, str]]:
    """Store what a form brought by its field's place, before any transaction begins."""
    return {
        name.removesuffix(".upload"): (store_upload(upload), upload.filename or "")
        for name, upload in request.files.items()
        if upload.filename
    }


def uploaded_places() -> tuple[str, ...]:
    """Return the places of the files that were sent: a browser does not send them twice."""
    return tuple(
        name.removesuffix(".upload") for name, upload in request.files.items() if upload.filename
    )
