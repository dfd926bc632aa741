"""Stored files: readable by whoever may read a record that holds them."""

from __future__ import annotations

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from cardwright_entities.files.rights import readable_file
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.web.desks import reading_desk
from cardwright_platform.web.uploads import current_blobs

pages = Blueprint("files", __name__)

#: Kinds that a browser may show in place; all others are only saved.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@pages.get("/files/<int:file>")
@pages.get("/files/<int:file>/<name>")
@requires(RECORDS)
def show_file(file: int, name: str = "") -> ResponseReturnValue:
    """Answer a file's content; its name in the address is only for people."""
    with reading_desk() as desk:
        stored = readable_file(desk.session, desk.reading, file)
    shown = stored.type in _SHOWN
    answer = send_file(
        current_blobs().open(stored.sha256),
        mimetype=stored.type if shown else "application/octet-stream",
        as_attachment=not shown,
        download_name=stored.name,
        etag=stored.sha256,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
