"""Ending a share from the card."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.sharing import SHARE, end_share
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.web.answers import find_entity, go
from cardwright_platform.web.desks import current_reader, write_at_desk
from cardwright_platform.web.urls import card_url

pages = Blueprint("sharing", __name__)


@pages.post("/card/<name>/<int:record>/shares/<int:share>/end")
@requires(RECORDS)
def end(name: str, record: int, share: int) -> ResponseReturnValue:
    """End a share, and go back to where it stood."""

    def work(desk: Desk) -> int:
        find_entity(desk.model, name)
        change_set = open_change_set(desk.session, desk.context, SHARE)
        end_share(desk.records, name, record, share, change_set)
        return change_set

    change_set = write_at_desk(work)
    url = card_url(name, record, (("tab", "shares"),))
    return go(url, current_reader().t("shares.ended"), change_set=change_set)
