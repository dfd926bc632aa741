"""待我审批: what waits for the reader's approval."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.flows.approvals.progress import asked_now
from cardwright_platform.permissions import RECORDS, repeating, requires
from cardwright_platform.web.answers import show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.approvals import MOST, approvals_page

pages = Blueprint("approvals", __name__)


@pages.get("/approvals")
@requires(RECORDS)
def show_approvals() -> ResponseReturnValue:
    """List what waits for the reader's approval."""
    with reading_desk() as desk:
        return show(approvals_page(desk, reader_at(desk)), desk)


@pages.get("/approvals/count")
@repeating
@requires(RECORDS)
def count() -> ResponseReturnValue:
    """Answer how many wait; asked every 20 seconds by a page that is looked at."""
    with reading_desk() as desk:
        found = asked_now(desk, MOST + 1)
    answer = jsonify(count=min(len(found), MOST), exact=len(found) <= MOST)
    answer.add_etag()
    return answer.make_conditional(request)
