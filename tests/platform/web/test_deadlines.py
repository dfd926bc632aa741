"""Deadlines and what comes again, on cards and lists, and in the API."""

from __future__ import annotations

from serving import PASSWORD, Served

SERVES = ("upkeep",)


def test_cards_and_lists_say_how_much_working_time_is_left(served: Served) -> None:
    browser = served.signed_in("root", "admin")
    browser.get("/list/job")
    browser.post("/new/job", {"name": "锅炉", "allowed": "4"})
    card = browser.get("/card/job/1").text
    # The clock says Monday, 20:00 in Shanghai: after work.
    assert "8 h 0 min left" in card
    assert "4 h 0 min left" in card
    served.clock.forward(hours=14)  # Tuesday, 10:00: one hour of work
    browser.sign_in("root", PASSWORD)
    assert "7 h 0 min left" in browser.get("/card/job/1").text
    assert "7 h 0 min left" in browser.get("/list/job").text
    assert "锅炉" in browser.get("/list/job?where=respond_state = 'running'").text
    served.clock.forward(hours=9)
    browser.sign_in("root", PASSWORD)
    assert "1 h 0 min over" not in browser.get("/list/job").text
    served.clock.forward(hours=15)
    browser.sign_in("root", PASSWORD)
    assert "1 h 0 min over" in browser.get("/list/job").text


def test_a_card_says_what_comes_next(served: Served) -> None:
    browser = served.signed_in("second", "admin")
    browser.get("/list/contract")
    values = {"name": "水泵", "valid": "2026-03-20/2027-03-19", "cycle": "3"}
    browser.post("/new/contract", values)
    card = browser.get("/card/contract/1").text
    assert "Next visit" in card
