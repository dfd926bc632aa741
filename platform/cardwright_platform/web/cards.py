"""Cards: look at a record, move it to the recycle bin and back, hang files on it, undo."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, NotFoundError
from cardwright_entities.files.register import add_file
from cardwright_entities.files.uses import attach_file
from cardwright_entities.records.merged import merged_into
from cardwright_entities.records.undoing import Undone, undo
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.cards import CardMaker
from cardwright_platform.web.presenting.neighbours import list_of, neighbours, place_of
from cardwright_platform.web.uploads import check_first, store_upload
from cardwright_platform.web.urls import card_url, is_local, list_url
from cardwright_platform.web.visiting import note_when_sent

pages = Blueprint("cards", __name__)


@pages.get("/card/<name>/<int:record>")
@requires(RECORDS)
def show_card(name: str, record: int) -> ResponseReturnValue:
    """Show a record, or what is left of it in the recycle bin."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        reader = reader_at(desk)
        recycled = ""
        try:
            found = desk.record(name, record, masked=True)
        except NotFoundError:
            found = desk.record(name, record, deleted=True, masked=True)
            known = entity.key, record
            stays = merged_into(desk.session, [known]).get(known)
            if stays is not None and desk.allowed(name, stays, ("read",)):
                return go(card_url(name, stays), reader.t("merge.went"))
            recycled = reader.t("card.recycled")
        maker = CardMaker.of(desk, reader, entity, found)
        maker = replace(maker, whole=request.args.get("whole", ""))
        page = maker.card(
            request.args.get("tab", ""),
            recycled=recycled,
            place=place_of(name, request.args),
        )
        page = replace(
            page,
            list_url=list_of(name, request.args),
            neighbours=neighbours(desk, reader, entity, record, request.args),
        )
        answer = show(page, desk, entity=name)
    return answer if recycled else note_when_sent(answer, entity.key, record)


@pages.post("/card/<name>/<int:record>/delete")
@requires(RECORDS)
def delete(name: str, record: int) -> ResponseReturnValue:
    """Move a record to the recycle bin."""
    reader = current_reader()
    try:
        saved = write_at_desk(lambda desk: desk.records.delete(name, record))
    except ConflictError as error:
        return go(card_url(name, record), reader.say(error.message), tone="danger")
    text = reader.t("list.deleted", count=1)
    return go(list_url(name), text, change_set=saved.change_set)


@pages.post("/card/<name>/<int:record>/restore")
@requires(RECORDS)
def restore(name: str, record: int) -> ResponseReturnValue:
    """Take a record out of the recycle bin."""
    write_at_desk(lambda desk: desk.records.restore(name, record))
    return go(card_url(name, record), current_reader().t("bin.restored", count=1))


@pages.post("/card/<name>/<int:record>/files")
@requires(RECORDS)
def upload(name: str, record: int) -> ResponseReturnValue:
    """Hang files on a record."""
    check_first(lambda desk: desk.records.may_edit(name, record))
    blobs = [(store_upload(each), each.filename or "") for each in request.files.getlist("files")]

    def work(desk: Desk) -> int:
        entity = find_entity(desk.model, name)
        desk.records.lock(entity, record, "edit")
        for blob, filename in blobs:
            file = add_file(desk.session, blob, filename)
            attach_file(desk.session, entity.key, record, file)
        return len(blobs)

    count = write_at_desk(work)
    text = current_reader().t("files.added", count=count)
    return go(card_url(name, record, (("tab", "files"),)), text)


@pages.post("/change-sets/<int:change_set>/undo")
@requires(RECORDS)
def undo_changes(change_set: int) -> ResponseReturnValue:
    """Take back what a change set did."""
    reader = current_reader()

    def work(desk: Desk) -> Undone:
        return undo(desk.records, change_set)

    result = write_at_desk(work)
    wanted = request.form.get("return_url", "") or request.headers.get("Referer", "")
    back = wanted if is_local(wanted) else "/"
    if result.skipped:
        text = reader.t("undo.some", count=result.undone, left=len(result.skipped))
        return go(back, text, tone="warning")
    return go(back, reader.t("undo.done", count=result.undone))
