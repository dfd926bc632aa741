"""An administrator looks at changes of definitions and takes one back."""

from __future__ import annotations

from playwright.sync_api import expect
from redefining import add_field, fields_of
from screens.screen import Screen
from serving import Served

SERVES = "letters"
PEOPLE = {"pam": "admin"}
#: What is written since stays in an archive: as much as a question may come to say.
LONG = " What people wrote into its fields since then goes to an archive, and comes back from it."
#: Whether all of something can be seen, and every part of it that has a text can be hit.
WHOLE = """each => [each, ...each.children].every((part) => {
  const box = part.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const inside = box.x >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
  return inside && each.contains(middle);
})"""


def test_a_change_is_taken_back_after_its_plan_was_shown(screen: Screen, served: Served) -> None:
    page = screen.page
    field = f"x_shoe_{page.viewport_size['width']}"
    number = add_field(served, "visit", f"{field}: {{type: integer}}", "boots for all")
    screen.open("/account")
    page.locator("main").get_by_role("link", name="Changes").click()
    page.wait_for_url("**/changes")
    assert page.locator("html").evaluate("each => each.scrollWidth <= each.clientWidth")
    row = page.locator(".cw-job", has_text="boots for all").first
    row.get_by_role("link").click()
    page.wait_for_url(f"**/changes/{number}")
    expect(page.get_by_role("heading", name="1 new field")).to_be_visible()
    button = page.get_by_role("button", name="Take back")
    button.evaluate("(each, more) => { each.closest('form').dataset.confirm += more; }", LONG)
    button.click()
    asked = page.get_by_role("alertdialog")
    assert asked.evaluate(WHOLE), "the question or one of its answers is cut off or covered"
    asked.get_by_role("button").first.click()
    page.wait_for_url("**/changes/plans/*")
    assert field in fields_of(served, "visit")
    assert page.locator("html").evaluate("each => each.scrollWidth <= each.clientWidth")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("alertdialog").get_by_role("button").first.click()
    page.wait_for_url(f"**/changes/{number + 1}")
    assert field not in fields_of(served, "visit")
    expect(page.locator("main")).to_contain_text(f"Change {number} taken back.")
    screen.open("/packs")
    expect(page.locator(".cw-job").first).to_be_visible()
