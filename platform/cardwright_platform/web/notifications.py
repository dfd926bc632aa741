"""Notifications: how many are unread, the list, and going to what one is about."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.notifications import (
    Notification,
    count_unread,
    mark_read,
    read_notification,
    read_notifications,
)
from cardwright_platform.permissions import RECORDS, repeating, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.notifications import NotificationsPage, NotificationView
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url, with_query

pages = Blueprint("notifications", __name__)

_SHOWN = 50

_ICONS: Mapping[str, str] = {
    "assigned": "user-share",
    "approval": "clipboard-check",
    "alert": "alert-triangle",
    "mention": "message",
    "reminder": "alarm",
    "job": "clock",
    "shared": "user-share",
}


@pages.get("/notifications")
@requires(RECORDS)
def show_notifications() -> ResponseReturnValue:
    """List what the reader was told."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        before = read_number(request.args.get("before", "")) or None
        found = read_notifications(desk.session, desk.reading, limit=_SHOWN + 1, before=before)
        names = names_of_accounts(desk.session, {each.cause for each in found if each.cause})
        shown = found[:_SHOWN]
        more = len(found) > _SHOWN
        unread = any(each.read_at is None for each in shown)
        page = NotificationsPage(
            title=reader.t("notifications.title"),
            notifications=tuple(_view(reader, each, names) for each in shown),
            older_url=with_query("/notifications", [("before", str(shown[-1].id))]) if more else "",
            all_read=Action(
                label=reader.t("notifications.all_read"),
                url="/notifications/read",
                icon="check",
                post=True,
            )
            if unread
            else None,
            empty=None
            if shown
            else Empty(
                title=reader.t("notifications.empty"),
                text=reader.t("notifications.empty_text"),
                kind="done",
            ),
        )
        return show(page, desk)


@pages.get("/notifications/count")
@repeating
@requires(RECORDS)
def count() -> ResponseReturnValue:
    """Answer how many are unread; asked every 20 seconds by a page that is looked at."""
    with reading_desk() as desk:
        unread = count_unread(desk.session, desk.reading)
    answer = jsonify(count=unread.count, exact=unread.exact, newest=unread.newest)
    answer.add_etag()
    return answer.make_conditional(request)


@pages.post("/notifications/read")
@requires(RECORDS)
def read_all() -> ResponseReturnValue:
    """Note that everything was read."""
    write_at_desk(lambda desk: mark_read(desk.session))
    return go("/notifications")


@pages.post("/notifications/<int:notification>")
@requires(RECORDS)
def follow(notification: int) -> ResponseReturnValue:
    """Go to the record that a notification is about, and note that it was read."""
    with reading_desk() as desk:
        known = read_notification(desk.session, desk.reading, notification)
    write_at_desk(lambda desk: mark_read(desk.session, [notification]))
    if known is None or known.record is None:
        return go("/notifications")
    return go(card_url(known.entity, known.record))


def _view(reader: Reader, found: Notification, names: Mapping[int, str]) -> NotificationView:
    local = found.at.astimezone(reader.context.zone)
    return NotificationView(
        text=reader.say(found.message),
        when=reader.locale.datetime(found.at),
        exact=f"{local:%Y-%m-%d %H:%M:%S}",
        icon=_ICONS.get(found.kind, "bell"),
        title=found.title,
        who=names.get(found.cause or 0, ""),
        url=f"/notifications/{found.id}" if found.record is not None else "",
        unread=found.read_at is None,
    )
