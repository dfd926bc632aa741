"""Who looks at the pages: in a language, at a width, by light or in the dark."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, expect

WIDTHS = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
#: Milliseconds after which a page on a busy machine counts as broken.
PATIENCE = 60_000


@dataclass(frozen=True)
class Look:
    """Nobody shares his account with another look: what he chooses stays his own.

    Those who look see and may change all records; what less one sees is tried elsewhere.
    """

    login: str
    language: str
    width: str
    scheme: str = "light"

    def __str__(self) -> str:
        return f"{self.language}.{self.width}"


LOOKS = (
    Look("market", "zh", "desk"),
    Look("admin", "en", "desk"),
    Look("office", "zh", "phone"),
    Look("purchase", "en", "phone"),
)


def open_context(browser: Browser, look: Look) -> BrowserContext:
    """Open a browser in which nobody is signed in yet."""
    context = browser.new_context(
        viewport=WIDTHS[look.width],  # type: ignore[arg-type] # a size by its two names
        locale="zh-CN" if look.language == "zh" else "en-GB",
        color_scheme="dark" if look.scheme == "dark" else "light",
        has_touch=look.width == "phone",
        is_mobile=look.width == "phone",
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return context


def sign_in(page: Page, address: str, look: Look) -> None:
    """Come in by the person's button of the demo and choose the language."""
    page.goto(f"{address}/sign-in")
    page.locator(f"button[value={look.login}]").click()
    page.wait_for_url(f"{address}/")
    lang = LANGUAGES[look.language]
    if page.locator("html").get_attribute("lang") != lang:
        page.goto(f"{address}/account")
        page.locator(f"main button[name=language][value={look.language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", lang)
