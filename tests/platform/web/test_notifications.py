"""The bell: how many are unread, the list, and the way to a record."""

from __future__ import annotations

from serving import Served

from cardwright_entities.errors import Message
from cardwright_entities.notifications import Notice, notify

SERVES = ("crew", "exhibits")


def test_one_is_told_goes_there_and_it_counts_as_read(served: Served) -> None:
    browser = served.signed_in("curator", "admin")
    browser.get("/list/drawer")
    browser.post("/new/drawer", {"name": "保险柜"})
    assert "Nothing new" in browser.get("/notifications").text
    assert browser.get("/notifications/count").json == {"count": 0, "exact": True, "newest": 0}

    instance = served.instance
    message = Message("x", (("text_en", "Please look at this."), ("text_zh", "请看一下。")))
    with instance.engine.write(instance.system_context()) as desk:
        entity = desk.model.entity("drawer").definition.id
        notice = Notice(kind="reminder", message=message, entity=entity, record=1)
        assert notify(desk.session, [1, 2], notice) == 2

    counted = browser.get("/notifications/count")
    assert counted.json is not None
    assert counted.json["count"] == 1
    tag = counted.headers["ETag"]
    assert browser.get("/notifications/count", If_None_Match=tag).status_code == 304
    page = browser.get("/notifications").text
    assert "保险柜" in page
    assert "Please look at this." in page

    number = counted.json["newest"]
    followed = browser.post(f"/notifications/{number}")
    assert followed.headers["Location"].startswith("/card/drawer/1")
    assert browser.get("/notifications/count").json == {"count": 0, "exact": True, "newest": 0}


def test_notifications_of_others_lead_nowhere(served: Served) -> None:
    other = served.signed_in("li.na", "admin")
    other.get("/notifications")
    assert other.post("/notifications/1").headers["Location"].startswith("/notifications")
    assert other.post("/notifications/read").status_code == 303
