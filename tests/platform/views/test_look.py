"""The sample pages in a real browser: both widths, the strict policy, keys, and no scripts."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect
from screens.looks import PATIENCE, WIDTHS
from services.missing import give_up
from view_samples.all_pages import SAMPLES
from view_samples.serving import serve

import cardwright_themes

DIST = Path(next(iter(cardwright_themes.__path__))) / "standard" / "static" / "dist"
#: what axe cannot know: the sample pages stand alone, without landmarks of a browser's own
AXE = {"resultTypes": ["violations"], "rules": {"region": {"enabled": False}}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (DIST / "manifest.json").is_file():
        give_up("The themes' assets", "nodejs npm, then: npm ci && npm run build")
    folder = tmp_path_factory.mktemp("look")
    runpy.run_path(str(Path(__file__).parent / "render_samples.py"))["main"](folder)
    with serve(folder) as where:
        yield where


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    made = {
        name: browser.new_context(viewport=size)  # type: ignore[arg-type]  # a size as a dict
        for name, size in WIDTHS.items()
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDTHS["desk"])  # type: ignore[arg-type]  # a size as a dict
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints = listen(opened)
    yield opened
    context.close()
    assert complaints == []


def listen(page: Page) -> list[str]:
    """Gather what the page complains about: refused styles and scripts, errors of ours."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize(("width", "look"), [("desk", "zh.dark"), ("phone", "en.light")])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_fits_its_width_keeps_the_policy_and_is_accessible(
    contexts: dict[str, BrowserContext], address: str, name: str, width: str, look: str
) -> None:
    page = contexts[width].new_page()
    complaints = listen(page)
    page.goto(f"{address}/{name}.{look}.html")
    page.locator("html[data-awake]").wait_for(state="attached")
    needed = page.evaluate("document.documentElement.scrollWidth")
    assert needed <= WIDTHS[width]["width"]
    violations = Axe().run(page, options=AXE).response["violations"]
    assert complaints == []
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in violations] == []
    page.close()


def test_sorting_searching_and_filtering_refresh_the_list_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/list.html")
    page.evaluate("window.same = true")
    page.locator("thead a[href*='sort=1']").first.click()
    page.wait_for_url("**/list.html?sort=1")
    page.locator(".cw-search input").fill("精科")
    page.wait_for_url("**/list.html?q=*")
    expect(page.locator(".cw-search input")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("f")
    page.locator("#cw-builder .cw-b-row select").first.wait_for()
    page.locator("#cw-builder .btn-primary").click()
    page.wait_for_url("**/list.html?filter=*under*")
    assert page.evaluate("window.same")


def test_rows_are_walked_selected_and_acted_upon_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/list.html")
    expect(page.locator(".cw-bulk")).to_be_hidden()
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-count]")).to_have_text("已选 2 家")
    page.get_by_role("button", name="删除").click()
    asked = page.get_by_role("alertdialog")
    expect(asked).to_contain_text("移入回收站 2 家")
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(page.locator("[name=ids]:checked")).to_have_count(2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/card.html")


def test_what_is_ticked_in_the_column_chooser_is_kept_when_it_closes(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/list.html")
    page.locator("summary", has_text="列").click()
    page.get_by_label("信用额度").check()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator("h1").click()
    body = sent.value.post_data or ""
    assert sent.value.headers["x-csrf-token"] == "sample-token"
    assert body.index("columns=name") < body.index("columns=last") < body.index("columns=x1")


def test_lines_are_added_summed_and_taken_away(page: Page, address: str) -> None:
    page.goto(f"{address}/form.html")
    total = page.locator("output[data-total=quantity]")
    expect(total).to_have_text("16,049")
    page.locator("[data-add]").click()
    item = page.locator("[data-rows] [data-row]").nth(5).locator(".ts-control input")
    expect(item).to_be_focused()
    page.keyboard.type("SV")
    page.locator(".ts-dropdown .option").first.click()
    quantity = page.locator("[name='items.5.quantity']")
    quantity.fill("1,000")
    expect(total).to_have_text("17,049")
    quantity.press("Enter")
    expect(page.locator("[data-rows] [data-row]")).to_have_count(7)
    page.locator("[data-row='2'] [data-remove]").click()
    expect(page.locator("[name='items.2.remove']")).to_be_enabled()
    expect(total).to_have_text("1,050")
    page.locator("[data-row='2'] [data-unremove]").click()
    expect(page.locator("[name='items.2.remove']")).to_be_disabled()
    expect(total).to_have_text("17,050")


def test_a_click_is_not_lost_that_comes_before_its_script(page: Page, address: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/lines-*.js", hold)
    with page.expect_request("**/lines-*.js"):
        page.goto(f"{address}/form.html")
    page.locator("[data-add]").click()
    rows = page.locator("[data-rows] [data-row]")
    before = rows.count()
    held[0].continue_()
    expect(rows).to_have_count(before + 1)


def test_a_link_is_chosen_from_the_dialog_with_columns(page: Page, address: str) -> None:
    page.goto(f"{address}/form.html")
    page.locator("[data-pick='f-customer']").click()
    dialog = page.locator("#cw-dialog")
    expect(dialog.locator("tbody tr")).to_have_count(8)
    dialog.locator(".cw-pick").nth(1).click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#f-customer")).to_have_value("2")


def test_leaving_with_unsaved_changes_is_asked(page: Page, address: str) -> None:
    page.goto(f"{address}/form.html")
    page.locator("#f-discount").fill("5")
    page.get_by_role("link", name="取消").first.click()
    asked = page.locator("dialog[open]")
    expect(asked).to_contain_text("还没有保存")
    asked.get_by_role("button", name="留下").click()
    assert page.url.endswith("/form.html")
    page.get_by_role("link", name="取消").first.click()
    page.locator("dialog[open]").get_by_role("button", name="离开").click()
    page.wait_for_url("**/card.html")


def test_without_scripts_lists_are_read_sorted_and_selected(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/list.html")
    page.locator("tbody [name=ids]").first.check()
    expect(page.locator(".cw-bulk")).to_be_visible()
    page.locator("summary", has_text="列").click()
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_visible()
    page.locator("thead a[href*='sort=1']").first.click()
    assert page.url.endswith("?sort=1")
    page.goto(f"{address}/form.html")
    expect(page.locator("select[name=contact]")).to_be_visible()
    context.close()
