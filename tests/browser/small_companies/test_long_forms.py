"""A form of several hundred lines: a page of them is drawn, all of them are edited and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from screens.small_company import signed_in
from serving import Served

SERVES = "live_form"
PEOPLE = {"chief": "chief"}
LINES = 260


@dataclass(frozen=True)
class Desk:
    """Where the quotes are served, and the server's own view of them."""

    served: Served
    address: str

    def quote(self, lines: int = LINES) -> int:
        """Store a quote whose lines are numbered by their words and cost 2 each."""
        items = [{"word": f"w{n:03}", "quantity": 1, "price": 2} for n in range(1, lines + 1)]
        with self.served.instance.engine.write(self.served.instance.system_context()) as desk:
            raw = {"name": "Kunshan", "reason": "asked for", "items": items}
            return desk.records.create("quote", raw).id

    def stored(self, record: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return what is stored of a quote and of its lines, in their order."""
        with self.served.instance.engine.read(self.served.instance.system_context()) as desk:
            found = desk.record("quote", record)
            return dict(found.values), [dict(each.values) for each in found.lines["items"]]


@pytest.fixture
def desk(served: Served, address: str) -> Desk:
    return Desk(served, address)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with signed_in(browser, address, "chief") as screen:
        screen.provoked.add(422)
        yield screen.page


@pytest.fixture
def plain(browser: Browser, page: Page) -> Iterator[Page]:
    """A page of the same person, without scripts."""
    state = page.context.storage_state()
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, java_script_enabled=False, storage_state=state
    )
    yield context.new_page()
    context.close()


def edit(page: Page, desk: Desk, record: int) -> None:
    page.goto(f"{desk.address}/edit/quote/{record}")
    page.locator("html[data-awake]").wait_for(state="attached")


def turn(page: Page, by: int) -> None:
    page.locator(f"[data-turn='{by}']:visible").first.click()


def line(page: Page, word: str) -> str:
    """Return the key of the line on the screen that has a word."""
    expect(page.locator(f"[data-rows] input[value='{word}']")).to_be_visible()
    found = page.locator("[data-row]").filter(has=page.locator(f"input[value='{word}']"))
    return found.get_attribute("data-row") or ""


def save(page: Page) -> None:
    page.locator("[data-save]:visible").first.click()
    page.wait_for_url("**/card/quote/*")


def total(page: Page) -> str:
    return page.locator("[data-computed=total]").inner_text()


def test_a_page_of_the_lines_is_drawn_and_the_sums_are_those_of_all(page: Page, desk: Desk) -> None:
    edit(page, desk, desk.quote())
    expect(page.locator("[data-rows] > [data-row]")).to_have_count(50)
    expect(page.locator("[data-range]").first).to_have_text("Lines 1–50 of 260")
    expect(page.locator("output[data-total=amount]")).to_have_text("520.00")
    expect(page.locator("[data-computed=total]")).to_have_text("520.00")
    page.locator("[name='items.0.quantity']").fill("11")
    expect(page.locator("output[data-total=amount]")).to_have_text("540.00")
    expect(page.locator("[data-computed=total]")).to_have_text("540.00")


def test_lines_far_down_are_changed_added_and_removed_and_only_these_are_sent(
    page: Page, desk: Desk
) -> None:
    record = desk.quote()
    edit(page, desk, record)
    page.locator("[name='items.1.word']").fill("first page")
    turn(page, 1)
    key = line(page, "w077")
    page.locator(f"[name='items.{key}.price']").fill("30")
    turn(page, 1)
    page.locator(f"[data-row='{line(page, 'w120')}'] [data-remove]").click()
    page.locator("[data-add]").click()
    expect(page.locator("[data-range]").first).to_have_text("Lines 251–261 of 261")
    page.locator("[name='items.260.word']").fill("new")
    page.locator("[name='items.260.quantity']").fill("5")
    page.locator("[name='items.260.price']").fill("4")
    expect(page.locator("[data-computed=total]")).to_have_text("566.00")
    with page.expect_request("**/edit/quote/*") as sent:
        page.locator("[data-save]:visible").first.click()
    assert len(sent.value.post_data or "") < 3_000
    page.wait_for_url("**/card/quote/*")
    head, lines = desk.stored(record)
    assert head["total"] == sum(each["amount"] for each in lines) == 566
    words = [each["word"] for each in lines]
    kept = [f"w{n:03}" for n in range(1, LINES + 1) if n != 120]
    assert words == [kept[0], "first page", *kept[2:], "new"]
    assert [each["price"] for each in lines if each["word"] == "w077"] == [30]


def test_an_error_far_down_stands_beside_its_input_with_all_that_was_typed(
    page: Page, desk: Desk
) -> None:
    record = desk.quote()
    edit(page, desk, record)
    page.locator("[name='items.2.word']").fill("kept")
    for _ in range(3):
        turn(page, 1)
    key = line(page, "w155")
    page.locator(f"[name='items.{key}.quantity']").fill("-1")
    turn(page, 1)
    other = line(page, "w222")
    page.locator(f"[name='items.{other}.quantity']").fill("many")
    page.locator("[data-save]:visible").first.click()
    page.locator("html[data-awake]").wait_for(state="attached")
    errors = page.locator(".cw-form-errors")
    expect(errors).to_contain_text("line 155")
    expect(errors).to_contain_text("line 222")
    wrong = page.locator("td.cw-bad:visible")
    expect(wrong).to_have_count(1)
    expect(page.locator("[data-range]").first).to_have_text("Lines 151–200 of 260")
    # The other message waits on its own page, and its link leads there.
    errors.locator("a").nth(1).click()
    expect(page.locator("[data-range]").first).to_have_text("Lines 201–250 of 260")
    expect(wrong).to_have_count(1)
    expect(wrong.locator("input")).to_have_value("many")
    expect(wrong.locator("input")).to_be_focused()
    wrong.locator("input").fill("2")
    errors.locator("a").nth(0).click()
    expect(wrong.locator("input")).to_have_value("-1")
    wrong.locator("input").fill("3")
    save(page)
    _, lines = desk.stored(record)
    assert [each["word"] for each in lines[:3]] == ["w001", "w002", "kept"]
    assert (lines[154]["quantity"], lines[221]["quantity"]) == (3, 2)


def test_a_line_is_found_by_its_words_and_the_keys_go_over_the_pages(
    page: Page, desk: Desk
) -> None:
    record = desk.quote()
    edit(page, desk, record)
    page.locator("[data-find]:visible").fill("w2 2")
    expect(page.locator("[data-range]").first).to_have_text("1–50 of 61 found in 260 lines")
    page.locator("[data-find]:visible").fill("w255")
    expect(page.locator("[data-rows] > [data-row]")).to_have_count(1)
    page.locator("[data-row]:visible [data-column=price] input").fill("7")
    page.locator("[data-find]:visible").fill("")
    expect(page.locator("[data-rows] > [data-row]")).to_have_count(50)
    key = line(page, "w050")
    page.locator(f"[name='items.{key}.price']").fill("9")
    page.locator(f"[name='items.{key}.price']").press("Enter")
    following = page.locator(f"[name='items.{line(page, 'w051')}.price']")
    expect(following).to_be_focused()
    following.press("Control+d")
    expect(following).to_have_value("9")
    following.press("ArrowUp")
    expect(page.locator(f"[name='items.{line(page, 'w050')}.price']")).to_be_focused()
    save(page)
    _, lines = desk.stored(record)
    assert [lines[at]["price"] for at in (48, 49, 50, 51, 254)] == [2, 9, 9, 2, 7]


def test_a_line_that_is_dragged_keeps_its_place(page: Page, desk: Desk) -> None:
    record = desk.quote()
    edit(page, desk, record)
    turn(page, 1)
    handle = page.locator(f"[data-row='{line(page, 'w051')}'] [data-handle]")
    target = page.locator(f"[data-row='{line(page, 'w053')}'] [data-handle]")
    handle.hover()
    page.mouse.down()
    for height in (3, 30):
        target.hover(position={"x": 7, "y": height}, force=True)
        page.wait_for_timeout(300)  # what makes way does so in 160 ms
    page.mouse.up()
    shown = page.locator("[data-rows] [data-column=word] input").evaluate_all(
        "inputs => inputs.map(input => input.value)"
    )
    assert shown != sorted(shown)
    save(page)
    _, lines = desk.stored(record)
    words = [each["word"] for each in lines]
    assert words[50:100] == shown
    assert words[:50] + words[100:] == [f"w{n:03}" for n in (*range(1, 51), *range(101, 261))]


def test_lines_pasted_beyond_a_page_are_typed_into_the_next(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/new/quote")
    page.locator("html[data-awake]").wait_for(state="attached")
    page.locator("[name=name]").fill("Pasted")
    page.locator("[data-add]").click()
    table = "\n".join(f"p{n}\t{n}\t1" for n in range(1, 76))
    page.locator("[name='items.0.word']").evaluate(
        """(input, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const choices = { clipboardData, bubbles: true, cancelable: true };
            input.dispatchEvent(new ClipboardEvent("paste", choices));
        }""",
        table,
    )
    expect(page.locator("output[data-total=amount]")).to_have_text("2,850.00")
    expect(page.locator("[data-range]").first).to_have_text("Lines 51–75 of 75")
    turn(page, -1)
    expect(page.locator("[data-rows] > [data-row]")).to_have_count(50)
    expect(page.locator("[name='items.6.word']")).to_have_value("p7")
    page.locator("[name=reason]").fill("asked for")
    save(page)
    head, lines = desk.stored(int(page.url.rpartition("/")[2].partition("?")[0]))
    assert head["total"] == 2850
    assert [each["word"] for each in lines] == [f"p{n}" for n in range(1, 76)]


def test_without_scripts_the_buttons_show_the_pages_and_keep_what_was_typed(
    plain: Page, desk: Desk
) -> None:
    record = desk.quote()
    plain.goto(f"{desk.address}/edit/quote/{record}")
    plain.locator("[name='items.4.word']").fill("typed on one")
    plain.locator("[data-turn='1']").first.click()
    expect(plain.locator("[data-range]").first).to_have_text("Lines 51–100 of 260")
    plain.locator("[name='items.60.word']").fill("typed on two")
    plain.locator("[data-turn='-1']").first.click()
    expect(plain.locator("[name='items.4.word']")).to_have_value("typed on one")
    plain.locator("[data-save]:visible").first.click()
    plain.wait_for_url("**/card/quote/*")
    _, lines = desk.stored(record)
    assert [lines[at]["word"] for at in (3, 4, 60, 61)] == [
        "w004",
        "typed on one",
        "typed on two",
        "w062",
    ]
    assert len(lines) == LINES
