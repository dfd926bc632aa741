"""Buttons of a card: what they ask, where they lead, and what stands in their way."""

from __future__ import annotations

import re

import pytest
from serving import Browser, Served

from cardwright_entities.flows.actions import Asking
from cardwright_entities.records.saving import SaveOptions

SERVES = ("pipeline",)


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    return served.signed_in("ann", "boss")


def new_bid(browser: Browser, **fields: str) -> str:
    browser.get("/new/bid")
    answer = browser.post("/new/bid", {"name": "Pumps", "amount": "1000", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_button_that_asks_nothing_moves_at_once_and_offers_the_way_back(browser: Browser) -> None:
    card = new_bid(browser)
    page = browser.get(card).text
    assert f'action="{card}/actions/send"' in page
    answer = browser.post(f"{card}/actions/send", {"version": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, card)
    page = browser.get(card).text
    assert "Send: done" in page
    undo = re.search(r'action="(/change-sets/\d+/undo)"', page)
    assert undo is not None
    assert 'class="cw-step-now" aria-current="step"' in page
    browser.post(undo[1])
    assert f'action="{card}/actions/send"' in browser.get(card).text


def test_history_names_a_move_in_the_language_of_its_reader(
    served: Served, browser: Browser
) -> None:
    card = new_bid(browser)
    record, instance = int(card.rpartition("/")[2]), served.instance
    for move, language in (("send", "zh"), ("haggle", "en")):
        with instance.engine.write(instance.system_context(language)) as desk:
            desk.actions.perform("bid", record, move, Asking())
    told = browser.get(f"{card}?tab=history").text
    assert "took the step “Send”" in told
    assert "took the step “Haggle”" in told
    chinese = browser.get(f"{card}?tab=history", Accept_Language="zh").text
    assert "流转：发出" in chinese
    assert "流转：议价" in chinese


def test_a_move_that_bears_no_known_name_any_more_is_told_as_it_was_noted(
    served: Served, browser: Browser
) -> None:
    card = new_bid(browser)
    options = SaveOptions(kind="move", label="寄送")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.update("bid", int(card.rpartition("/")[2]), {"amount": "7"}, None, options)
    assert "took the step “寄送”" in browser.get(f"{card}?tab=history").text


def test_a_path_is_drawn_only_where_its_field_is_visible(browser: Browser) -> None:
    assert 'aria-current="step"' in browser.get(new_bid(browser)).text
    assert 'aria-current="step"' not in browser.get(new_bid(browser, name="Unsaid")).text


def test_a_button_that_asks_leads_to_a_form_which_keeps_what_was_typed(browser: Browser) -> None:
    card = new_bid(browser)
    page = browser.get(f"{card}/actions/lose").text
    assert 'name="reason"' in page
    assert 'name="amount"' not in page
    refused = browser.post(f"{card}/actions/lose", {"reason": "", "note": "too dear"})
    assert refused.status_code == 422
    assert "too dear" in refused.text
    assert "Required." in refused.text
    done = browser.post(f"{card}/actions/lose", {"reason": "price"})
    assert done.status_code == 303
    assert "cw-step-lost" in browser.get(card).text


def test_a_script_is_told_where_to_go_and_keeps_the_message(browser: Browser) -> None:
    card = new_bid(browser)
    accept = "application/json, text/html;q=0.9"
    answer = browser.post(f"{card}/actions/lose", {"reason": "price"}, Accept=accept)
    assert answer.status_code == 200
    assert answer.get_json() == {"url": card}
    assert "Lose: done" in browser.get(card).text


def test_a_blocked_button_says_why_and_posting_it_all_the_same_does_nothing(
    browser: Browser,
) -> None:
    card = new_bid(browser, amount="0")
    page = browser.get(card).text
    assert 'aria-disabled="true" title="Fill in the amount first"' in page
    answer = browser.post(f"{card}/actions/send", {})
    assert answer.headers["Location"] == card
    assert "Fill in the amount first" in browser.get(card).text


def test_a_change_by_others_is_no_obstacle_unless_the_stage_itself_moved(browser: Browser) -> None:
    card = new_bid(browser)
    edit = card.replace("/card/", "/edit/")
    browser.get(edit)
    browser.post(edit, {"version": "1", "name": "Other pumps"})
    assert browser.post(f"{card}/actions/send", {"version": "1"}).status_code == 303
    assert "Other pumps" in browser.get(card).text
    stale = browser.post(f"{card}/actions/lose", {"version": "1", "reason": "price"})
    assert stale.headers["Location"] == card
    assert "cw-step-lost" not in browser.get(card).text


def test_what_is_not_offered_is_no_page(served: Served, browser: Browser) -> None:
    card = new_bid(browser)
    assert browser.get(f"{card}/actions/win").status_code == 404
    assert browser.post(f"{card}/actions/win", {}).status_code == 404
    reader = served.signed_in("rea", "reader")
    page = reader.get(card).text
    assert "/actions/" not in page
    assert "cw-step-now" in page


def test_a_copy_opens_as_a_form_with_lines_that_are_new(browser: Browser) -> None:
    fields = {"items.0.name": "pump", "items.0.quantity": "2", "items.shown": "1"}
    card = new_bid(browser, **fields)
    page = browser.get(card).text
    record = card.rpartition("/")[2]
    assert f'href="/new/bid?copy={record}"' in page
    assert "/actions/copy" not in page
    form = browser.get(f"/new/bid?copy={record}").text
    assert 'name="items.0.name"' in form
    assert 'value="pump"' in form
    assert 'name="items.0.id"' not in form


def test_a_check_to_confirm_is_asked_with_its_reason(browser: Browser) -> None:
    card = new_bid(browser, amount="2000000")
    asked = browser.post(f"{card}/actions/send", {"version": "1"})
    assert asked.status_code == 422
    assert 'name="confirm.big"' in asked.text
    assert 'name="reason.big"' in asked.text
    silent = browser.post(f"{card}/actions/send", {"version": "1", "confirm.big": "1"})
    assert silent.status_code == 422
    fields = {"version": "1", "confirm.big": "1", "reason.big": "agreed by phone"}
    assert browser.post(f"{card}/actions/send", fields).status_code == 303
    assert 'class="cw-step-now" aria-current="step"' in browser.get(card).text


def test_a_query_in_the_menu_bears_its_own_name(browser: Browser) -> None:
    menu = browser.get("/list/bid").text
    places = dict(re.findall(r'<a href="(/list/bid[^"]*)"[^>]*>.*?<span[^>]*>([^<]+)<', menu, re.S))
    assert places["/list/bid?query=open"] == "Open"
