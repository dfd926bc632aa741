"""The places of administration are one group of the menu, of those that one may open."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from serving import Browser, Served, serve

from cardwright_metadata.pack_folders import bundled_packs

GROUP = re.compile(r'<details class="cw-side-admin".*?</details>', re.DOTALL)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The bundled packs: their roles have features."""
    made = serve("", tmp_path_factory.mktemp("bundled"), *bundled_packs(), languages=("zh", "en"))
    yield made
    made.instance.close()


def group(browser: Browser, path: str = "/") -> str:
    """Return the group as a page draws it, empty where there is none."""
    found = GROUP.search(browser.get(path).text)
    return found[0] if found else ""


def is_open(drawn: str) -> bool:
    return " open>" in drawn.split("<summary", 1)[0]


def test_an_administrator_has_one_group_that_is_folded_until_he_is_within(served: Served) -> None:
    browser = served.signed_in("keeper", "admin")
    drawn = group(browser)
    assert not is_open(drawn)
    assert all(f'href="{url}"' in drawn for url in ("/outbox", "/audit", "/studio", "/settings"))
    assert 'href="/bin"' not in drawn
    assert is_open(group(browser, "/settings"))
    assert 'aria-current="page"' in group(browser, "/studio/new-object")


def test_what_was_unfolded_stays_so(served: Served) -> None:
    browser = served.signed_in("opener", "admin")
    browser.get("/")
    browser.post("/preferences", {"administration": "open"})
    assert is_open(group(browser))
    browser.post("/preferences", {"administration": "folded"})
    assert not is_open(group(browser))


def test_who_has_no_feature_has_no_group(served: Served) -> None:
    browser = served.signed_in("plain", "editor")
    assert group(browser) == ""
    assert 'href="/settings"' not in browser.get("/").text


def test_a_page_says_what_it_is_for(served: Served) -> None:
    browser = served.signed_in("learner", "admin")
    browser.get("/account")
    browser.post("/preferences", {"language": "en"})
    assert "Select rows to change" in browser.get("/list/customer").text
    assert "Inputs with a star must be filled" in browser.get("/new/customer").text
    assert "Everything waits in your draft" in browser.get("/studio").text
