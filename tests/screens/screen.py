"""One tab of a browser with the words of its reader, and what it complained about."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect
from screens.looks import Look

#: Not the clock's seconds: two tests within one second would share a name.
_NUMBERS = count(time.time_ns() // 1_000_000 % 10_000_000)
_STATUS = re.compile(r"responded with a status of (\d{3})")


@dataclass
class Screen:
    """What a test does with a page: the words of a person, not the names of elements."""

    page: Page
    address: str
    look: Look
    complaints: list[str] = field(default_factory=list)
    #: Statuses that the test provokes; the browser notes each in its console.
    provoked: set[int] = field(default_factory=set)

    @property
    def is_phone(self) -> bool:
        return self.look.width == "phone"

    def say(self, zh: str, en: str) -> str:
        """Choose the text that the reader of this screen sees."""
        return zh if self.look.language == "zh" else en

    def fresh(self, zh: str, en: str) -> str:
        """Return a name that no other test and no earlier run has given to a record."""
        return f"{self.say(zh, en)}{next(_NUMBERS)}"

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to an address of the server and wait until its scripts are at work."""
        self.provoked.add(status)
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, f"{answer.status} {path}"
        self.settle()

    def settle(self) -> None:
        """Wait until the scripts of the page are at work."""
        self.page.locator("html[data-awake]").wait_for(state="attached")

    def drag(self, handle: Locator, target: Locator) -> None:
        """Take hold of something and lay it down elsewhere, as slowly as a hand does."""
        target.scroll_into_view_if_needed()
        handle.hover()
        self.page.mouse.down()
        for height in (12, 3):
            target.hover(position={"x": 7, "y": height}, force=True)
            # What makes way does so in 160 ms, and is not asked again meanwhile.
            self.page.wait_for_timeout(300)
        self.page.mouse.up()

    def rows_elsewhere(self, path: str) -> int:
        """Count the rows of a list in another tab, leaving this page as it is."""
        tab = self.page.context.new_page()
        tab.goto(self.address + path)
        count = tab.locator("#cw-list .cw-ph-it").count()
        tab.close()
        return count

    def button(self, zh: str, en: str) -> Locator:
        """Find a button that can be seen."""
        return self.page.get_by_role("button", name=self.say(zh, en))

    def link(self, zh: str, en: str) -> Locator:
        """Find a link that can be seen."""
        return self.page.get_by_role("link", name=self.say(zh, en))

    def text(self, zh: str, en: str) -> Locator:
        """Find a text of the page's main part."""
        return self.page.locator("main").get_by_text(self.say(zh, en))

    def rows(self) -> Locator:
        """Find the rows of a list, whether they stand in a table or as on a phone."""
        return self.page.locator("#cw-list tr[data-id]:visible, #cw-list .cw-ph-it:visible")

    def toast(self) -> Locator:
        """Find what was said last."""
        return self.page.locator("#cw-toasts .cw-toast").last

    def field(self, name: str) -> Locator:
        """Find an input of the form by the name of its field."""
        return self.page.locator(f"[id='f-{name}']")

    def open_choice(self, name: str) -> Locator:
        """Put the cursor into a link or a searched picklist; give what is drawn for it."""
        select = self.field(name)
        drawn = self.page.locator(f"[id='f-{name}'] + .ts-wrapper")
        if not drawn.count():
            # A new line puts the cursor into its first cell by itself, maybe just now.
            select.evaluate("each => each.tomselect || each.focus()")
        elif "focus" not in (drawn.get_attribute("class") or ""):
            drawn.locator(".ts-control").click()
        expect(drawn).to_have_class(re.compile("focus"))
        return drawn

    def choose(self, name: str, words: str, option: str = "") -> None:
        """Type into the search of a link and take what it offers."""
        drawn = self.open_choice(name)
        self.page.keyboard.type(words)
        drawn.locator(".option").filter(has_text=option or words).first.click()

    def pick(self, name: str, label: str) -> None:
        """Choose in a picklist, whether the browser draws it or we do."""
        select = self.field(name)
        if self.is_phone and select.get_attribute("multiple") is None:
            text = select.locator("option").filter(has_text=label).first.text_content()
            select.select_option(label=text)
            return
        drawn = self.open_choice(name)
        self.page.keyboard.type(label)
        drawn.locator(".option").filter(has_text=label).first.click()

    def offered(self, name: str) -> list[str]:
        """Return the choices that a picklist offers now."""
        return [text.strip() for text in self.field(name).locator("option").all_text_contents()]

    def value(self, zh: str, en: str) -> str:
        """Return what the card shows of a field, by its label."""
        label = self.page.locator("dt", has_text=re.compile(f"^{self.say(zh, en)}$"))
        return self.page.locator("dl.cw-kv > div").filter(has=label).locator("dd").inner_text()

    def save(self) -> None:
        """Press the button that stores the form."""
        self.page.locator("[data-save]:visible").first.click()
        self.page.locator("form[data-sent]").wait_for(state="detached")

    def create(self, entity: str, **values: str) -> str:
        """Store a record by its form, typing texts; give the path of its card."""
        self.open(f"/new/{entity}")
        for name, value in values.items():
            self.field(name).fill(value)
        self.save()
        self.page.wait_for_url(f"**/card/{entity}/*")
        return self.page.url.removeprefix(self.address).partition("?")[0]


@contextmanager
def open_screen(context: BrowserContext, look: Look, address: str) -> Iterator[Screen]:
    """Open a tab until the block ends; it must not complain about anything."""
    screen = Screen(context.new_page(), address, look)

    def hear(message: ConsoleMessage) -> None:
        status = _STATUS.search(message.text)
        if message.type not in ("error", "warning") or (
            status and int(status[1]) in screen.provoked
        ):
            return
        screen.complaints.append(f"{message.text} {message.location.get('url', '')}")

    screen.page.on("console", hear)
    screen.page.on("pageerror", lambda error: screen.complaints.append(str(error)))
    yield screen
    screen.page.close()
    assert screen.complaints == [], screen.complaints
