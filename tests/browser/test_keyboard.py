"""Forms and dialogs by keyboard alone: where it begins, the way round, and the way back."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.flow_scenes import asked
from screens.marks import on_desks
from screens.screen import Screen

#: The place of the field in which the cursor is, as one reads: from top to bottom, left to right.
#: Never a select that another input stands for: what is typed next would be lost in it.
PLACE = """() => {
  const { activeElement: at } = document;
  const field = at.matches(".ts-hidden-accessible") ? null : at.closest(".cw-fld, .cw-grid");
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
    last = screen.field("customer_number")
    while len(places) < 60 and not last.evaluate("each => each === document.activeElement"):
        screen.page.keyboard.press("Tab")
        places.append(screen.page.evaluate(PLACE))
    expect(last).to_be_focused()
    assert None not in places
    assert places == sorted(places)


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
