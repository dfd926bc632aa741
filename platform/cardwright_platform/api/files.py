"""Files: brought once, then named by records; readable by whoever may read such a record."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message
from cardwright_entities.files.blobs import Blobs, Readable
from cardwright_entities.files.register import add_file, safe_name
from cardwright_entities.files.rights import readable_file
from cardwright_platform.api.answers import BASE, Answer, answer_write, location
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import SIGNED_IN, requires

pages = Blueprint("api_files", __name__, url_prefix=BASE)

PART = "file"


@pages.post("/files")
@requires(SIGNED_IN)
@operation(Operation(answer="File", status=201, brings_file=True))
def bring_file() -> ResponseReturnValue:
    """Store the file that a form brings under the name ``file``."""
    read_parameters()
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    uploads = request.files.getlist(PART)
    if len(uploads) != 1 or len(request.files) != 1:
        raise InputError({PART: [Message("one_file")]})
    (upload,) = uploads
    name = safe_name(upload.filename or "")
    limit = current_instance().config.upload_megabytes * 1_000_000
    blob = _blobs().put(cast(Readable, upload.stream), limit=limit, name=name)

    def work(desk: Desk) -> Answer:
        number = add_file(desk.session, blob, name)
        return Answer(
            value={"id": number, "name": name, "size": blob.size, "type": blob.type},
            status=201,
            headers={"Location": location(f"files/{number}")},
        )

    return answer_write(work)


@pages.get("/files/<int(min=1, max=9007199254740991):file>")
@requires(SIGNED_IN)
@operation(Operation(answer="", tagged=True))
def take_file(file: int) -> ResponseReturnValue:
    """Answer a file's content, to be saved and never run."""
    read_parameters()
    with reading_desk() as desk:
        stored = readable_file(desk.session, desk.reading, file)
    answer = send_file(
        _blobs().open(stored.sha256),
        mimetype=stored.type,
        as_attachment=True,
        download_name=stored.name,
        etag=stored.sha256,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _blobs() -> Blobs:
    return Blobs(current_instance().config.files_folder)
