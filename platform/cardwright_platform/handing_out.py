"""A backup for whoever asks in this request: pages and API hand it out, and delete it, alike."""

from __future__ import annotations

from flask import Response, send_file

from cardwright_entities.audit.kinds import BACKUP_DELETED, BACKUP_DOWNLOADED
from cardwright_entities.audit.noting import note
from cardwright_entities.backups.shelf import with_download
from cardwright_entities.store.sessions import Session
from cardwright_platform.backing_up import shelf_of
from cardwright_platform.current import current_account, current_context, current_instance


def answer_backup(name: str) -> Response:
    """Answer a backup as a file and note who took it; the caller has asked for the password."""
    instance = current_instance()
    shelf = shelf_of(instance)
    found = shelf.find(name)
    instance.store.run_write(
        current_context(), lambda session: note(session, BACKUP_DOWNLOADED, target=name)
    )
    if found.readable:
        notes = with_download(found.notes, current_context().now, current_account().name)
        shelf.note(name, notes)
    answer = send_file(
        shelf.open(name),
        mimetype="application/zip",
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Length"] = str(found.size)
    return answer


def delete_backup(name: str) -> None:
    """Delete a backup and note it; raise NotFoundError."""
    shelf = shelf_of(current_instance())
    shelf.path(name)

    def work(session: Session) -> None:
        note(session, BACKUP_DELETED, target=name)
        shelf.remove(name)

    current_instance().store.run_write(current_context(), work)
