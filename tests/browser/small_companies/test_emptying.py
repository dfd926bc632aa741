"""What was deleted comes back from the bin; it goes for good, as objects do, for a typed word."""

from __future__ import annotations

from playwright.sync_api import expect
from screens.screen import Screen
from serving import Served

from cardwright_platform.worker.assembly import build_loop, open_bell

SERVES = "papers"
PEOPLE = {"ada": "archivist"}


def deleted(served: Served, *names: str, entity: str = "paper") -> None:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        for name in names:
            desk.records.delete(entity, desk.records.create(entity, {"name": name}).id)


def choose_all(screen: Screen) -> None:
    for box in screen.page.locator("#cw-list [name=ids]:visible").all():
        box.check()


def test_what_was_deleted_is_found_in_the_bin_and_restored(screen: Screen) -> None:
    name = screen.fresh("", "Charter ")
    screen.create("paper", name=name)
    card = screen.page.url.partition("?")[0]
    screen.page.locator(".cw-top details.cw-menu summary").first.click()
    screen.page.get_by_role("button", name="Delete").click()
    screen.page.get_by_role("alertdialog").get_by_role("button").first.click()
    expect(screen.toast()).to_be_visible()
    screen.open(f"/bin?q={name}")
    expect(screen.rows()).to_have_count(1)
    expect(screen.rows()).to_contain_text(name)
    expect(screen.page.locator(".cw-bulk")).not_to_be_visible()
    choose_all(screen)
    screen.page.locator(".cw-bulk").get_by_role("button", name="Restore").click()
    expect(screen.toast()).to_contain_text("Restored 1")
    expect(screen.rows()).to_have_count(0)
    screen.open(card.removeprefix(screen.address))
    expect(screen.page.get_by_role("heading", level=1)).to_contain_text(name)


def test_what_goes_for_good_wants_the_word_typed(screen: Screen, served: Served) -> None:
    name = screen.fresh("", "Draft ")
    deleted(served, f"{name} a", f"{name} b")
    screen.open(f"/bin?q={name}")
    choose_all(screen)
    screen.page.locator(".cw-bulk").get_by_role("button", name="Delete for good").click()
    screen.settle()
    word = screen.page.get_by_label("Type “delete” to confirm")
    expect(screen.page.locator("main dl")).to_contain_text("2")
    word.fill("yes")
    screen.provoked.add(422)
    screen.page.get_by_role("button", name="Delete for good").click()
    expect(word).to_have_attribute("aria-invalid", "true")
    expect(word).to_have_value("")
    word.fill("Delete")
    screen.page.get_by_role("button", name="Delete for good").click()
    expect(screen.toast()).to_contain_text("2 deleted for good")
    screen.open(f"/bin?q={name}")
    expect(screen.rows()).to_have_count(0)


def test_an_object_is_emptied_once_what_hangs_on_it_is_chosen_and_the_word_typed(
    screen: Screen, served: Served
) -> None:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        shelf = desk.records.create("folder", {"name": "Shelf"}).id
        desk.records.create("paper", {"name": "Deed", "folder": shelf})
    deleted(served, "Rack", entity="folder")
    screen.open("/clearing")
    screen.page.get_by_role("checkbox", name="Folder").check()
    screen.page.get_by_role("button", name="See what hangs on it").click()
    held = screen.page.locator("main li").filter(has_text="Paper")
    expect(held).to_contain_text("Choose it too")
    expect(screen.page.get_by_label("Type “clear” to confirm")).to_have_count(0)
    held.get_by_role("checkbox").check()
    screen.page.get_by_role("button", name="See what hangs on it").click()
    word = screen.page.get_by_label("Type “clear” to confirm")
    word.fill("Clear")
    screen.page.get_by_role("button", name="Data clearing").click()
    screen.page.wait_for_url("**/jobs/*")
    bell = open_bell(served.instance.config)
    build_loop(served.instance, bell).drain()
    bell.close()
    # The backup of the next one has a name of its own.
    served.clock.forward(minutes=1)
    for name in ("folder", "paper"):
        screen.open(f"/list/{name}")
        expect(screen.rows()).to_have_count(0)
    screen.open("/bin")
    expect(screen.rows()).to_have_count(0)
