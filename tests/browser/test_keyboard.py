"""Forms and dialogs by keyboard alone: where it begins, the way round, and the way back."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.flow_scenes import asked
from screens.marks import on_desks
from screens.screen import Screen

#: The place of the field in which the cursor is, as one reads: from top to bottom, left to right.
PLACE = """() => {
  const field = document.activeElement.closest(".cw-fld, .cw-grid");
  const box = field?.getBoundingClientRect();
  const scrolled = document.querySelector(".cw-form-body").scrollTop;
  return box ? [Math.round(box.top + scrolled), Math.round(box.left)] : null;
}"""


@on_desks
def test_a_form_begins_in_its_first_input_and_is_walked_as_one_reads(screen: Screen) -> None:
    screen.open("/new/customer")
    expect(screen.field("name")).to_be_focused()
    screen.open("/new/sales_order")
    expect(screen.field("day")).to_be_focused()
    places = [screen.page.evaluate(PLACE)]
    for _ in range(25):
        screen.page.keyboard.press("Tab")
        places.append(screen.page.evaluate(PLACE))
    assert None not in places
    assert places == sorted(places)
    assert len({tuple(each) for each in places}) > 10


@on_desks
def test_what_a_dialog_asks_is_answered_and_left_by_keyboard(screen: Screen) -> None:
    asked(screen)
    dialog = screen.page.locator("dialog[open]")
    expect(dialog.locator("[name=lost_reason]")).to_be_focused()
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(screen.page.locator(".btn-split summary:visible")).to_be_focused()
    asked(screen)
    screen.provoked.add(422)
    dialog.locator("[name=lost_note]").press("Enter")
    expect(dialog.locator(".cw-form-errors")).to_be_focused()
    expect(dialog.locator(".cw-msg")).to_have_count(1)
