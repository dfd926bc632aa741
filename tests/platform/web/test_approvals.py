"""Approvals on the pages and in the API: what waits, how it stands, and deciding."""

from __future__ import annotations

from serving import Served

SERVES = ("approvals",)


def test_an_administrator_submits_and_decides_where_nobody_else_is_found(served: Served) -> None:
    browser = served.signed_in("root", "admin")
    browser.get("/list/claim")
    browser.post("/new/claim", {"name": "差旅", "amount": "50"})
    card = browser.get("/card/claim/1").text
    assert "Submit" in card
    browser.post("/card/claim/1/actions/approval.submit", {})
    assert browser.get("/approvals/count").json == {"count": 1, "exact": True}
    page = browser.get("/approvals").text
    assert "差旅" in page
    assert "Manager" in page
    panel = browser.get("/card/claim/1?tab=approval").text
    assert "Administrators" in panel
    assert "is asked" in panel
    browser.post("/card/claim/1/actions/approval.approve", {"comment": "agreed to it"})
    panel = browser.get("/card/claim/1?tab=approval").text
    assert "agreed to it" in panel
    assert browser.get("/approvals/count").json == {"count": 0, "exact": True}
    assert "Nothing waits" in browser.get("/approvals").text


def test_a_decision_that_comes_too_late_is_told_so(served: Served) -> None:
    browser = served.signed_in("second", "admin")
    browser.get("/list/claim")
    answer = browser.post("/card/claim/1/actions/approval.approve", {})
    assert answer.status_code == 303
    assert "decided meanwhile" in browser.get("/card/claim/1").text


def test_one_more_signer_is_looked_for_and_added_through_the_form(served: Served) -> None:
    browser = served.signed_in("third", "admin")
    browser.get("/list/claim")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        login = {"name": "周", "login": "zhou", "roles": ["money"]}
        account = desk.records.create("login", login).id
        worker = desk.records.create("worker", {"name": "周", "account": account}).id
    browser.post("/new/claim", {"name": "培训", "amount": "50"})
    browser.post("/card/claim/2/actions/approval.submit", {})
    form = browser.get("/card/claim/2/actions/approval.add_signer").text
    assert "/options/claim/ask_whom/worker" in form
    found = browser.get("/options/claim/ask_whom/worker?q=周").json
    assert found is not None
    assert [each["text"] for each in found["options"]] == ["周"]
    assert browser.get("/options/worker/ask_whom/worker?q=周").status_code == 404
    browser.post("/card/claim/2/actions/approval.add_signer", {"ask_whom": str(worker)})
    panel = browser.get("/card/claim/2?tab=approval").text
    assert "周" in panel
