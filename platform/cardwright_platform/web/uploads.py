"""What was uploaded, stored by its content before any transaction begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from flask import request
from werkzeug.datastructures import FileStorage

from cardwright_entities.engine import Desk
from cardwright_entities.files.blobs import Blob, Blobs, Readable
from cardwright_entities.files.register import add_file
from cardwright_entities.store.sessions import Session
from cardwright_platform.current import current_instance
from cardwright_platform.web.desks import reading_desk

#: What a form brought by the place of its input: contents with their names.
Uploads = Mapping[str, Sequence[tuple[Blob, str]]]


def current_blobs() -> Blobs:
    """Return the folder of this installation's files."""
    return Blobs(current_instance().config.files_folder)


def check_first(may: Callable[[Desk], object]) -> None:
    """Ask whether somebody may before his files are stored; ``may`` raises if he may not."""
    with reading_desk() as desk:
        may(desk)


def store_upload(upload: FileStorage, *, megabytes: int = 0) -> Blob:
    """Write an uploaded file to the folder of contents; raise LimitError for one too large."""
    limit = (megabytes or current_instance().config.upload_megabytes) * 1_000_000
    source = cast(Readable, upload.stream)
    return current_blobs().put(source, limit=limit, name=upload.filename or "")


def stored_files(may: Callable[[Desk], object]) -> Uploads:
    """Store what a form brought by its field's place, before any transaction begins.

    ``may`` raises AccessError or NotFoundError for who may not do what the form is for: of him
    nothing is stored.
    """
    stored: dict[str, list[tuple[Blob, str]]] = {}
    brought = [(name, each) for name, each in request.files.items(multi=True) if each.filename]
    if brought:
        check_first(may)
    for name, upload in brought:
        if upload.filename:
            place = stored.setdefault(name.removesuffix(".upload"), [])
            place.append((store_upload(upload), upload.filename))
    return stored


def note_files(session: Session, brought: Uploads) -> dict[str, list[int]]:
    """Note stored files in the transaction that will hold them; return their ids by place."""
    return {
        place: [add_file(session, blob, filename) for blob, filename in files]
        for place, files in brought.items()
    }


def uploaded_places() -> tuple[str, ...]:
    """Return the places of the files that were sent: a browser does not send them twice."""
    return tuple(
        name.removesuffix(".upload") for name, upload in request.files.items() if upload.filename
    )
