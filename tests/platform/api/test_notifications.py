"""What a program may ask of its caller's notifications."""

from __future__ import annotations

from typing import Any

from cardwright_entities.errors import Message
from cardwright_entities.notifications import Notice, notify


def tell(site: Any, account: int, count: int = 1) -> None:
    with site.instance.store.write(site.instance.system_context()) as session:
        for _ in range(count):
            notify(session, [account], Notice(kind="job", message=Message("not_found")))


def test_the_caller_reads_his_own_and_notes_that_he_did(site: Any) -> None:
    chief, clerk = site.caller("chief"), site.caller("clerk")
    tell(site, chief.account, 3)
    answer = chief.get("/notifications", limit=2).get_json()
    assert [each["id"] for each in answer["items"]] == [3, 2]
    assert answer["unread"] == {"value": 3, "exact": True}
    older = chief.get("/notifications", limit=2, before=answer["next"]).get_json()
    assert [each["id"] for each in older["items"]] == [1]
    assert clerk.get("/notifications").get_json()["items"] == []

    assert clerk.post("/notifications/read", {"ids": [3]}).get_json() == {"read": 0}
    assert chief.post("/notifications/read", {"ids": [3]}).get_json() == {"read": 1}
    assert chief.get("/notifications", unread="true").get_json()["unread"]["value"] == 2
    assert chief.post("/notifications/read", {}).get_json() == {"read": 2}


def test_what_makes_no_sense_is_refused(site: Any) -> None:
    chief = site.caller("chief")
    assert chief.get("/notifications", limit=0).status_code == 400
    assert chief.post("/notifications/read", {"ids": ["x"]}).status_code == 422
    assert chief.post("/notifications/read", {"id": [1]}).status_code == 422
