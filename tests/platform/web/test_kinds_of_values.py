"""Stars, colours, ranges of days, files and Markdown on forms and cards."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from serving import Browser, Served

from cardwright_platform.web.presenting.rich_text import plain_text, to_html

SERVES = ("crew", "exhibits")


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    browser = served.signed_in("curator", "admin")
    browser.get("/list/exhibit")
    return browser


def test_what_a_form_posts_stands_on_the_card_and_in_the_form_again(browser: Browser) -> None:
    posted = browser.post(
        "/new/exhibit",
        {
            "name": "青铜鼎",
            "stars": "4",
            "paint": "#0af",
            "effort": "1:30",
            "month": "2026-11",
            "shown.start": "2026-11-01",
            "shown.end": "2026-12-31",
            "place": "31.2304, 121.4737",
            "story": "来自**殷墟**。",
            "papers": "",
            "papers.upload": (io.BytesIO(b"one"), "one.txt"),
        },
    )
    assert posted.status_code == 303
    card = browser.get("/card/exhibit/1").text
    for shown in ("★★★★☆", 'fill="#00aaff"', "Nov 2026", "2026-11-01 ~ 2026-12-31"):
        assert shown in card
    assert "<strong>殷墟</strong>" in card
    assert 'href="geo:31.230400,121.473700"' in card
    assert "one.txt" in card
    form = browser.get("/edit/exhibit/1").text
    for input_ in (
        'name="stars" value="4" checked',
        'name="shown.start" type="date" value="2026-11-01"',
        'name="shown.end" type="date" value="2026-12-31"',
        'name="effort" type="text" value="1:30"',
        'name="papers" value="1"',
    ):
        assert input_ in form


def test_a_file_is_taken_out_of_several_and_the_others_stay(browser: Browser) -> None:
    uploads = [(io.BytesIO(name.encode()), name) for name in ("red.txt", "blue.txt")]
    posted = browser.post("/new/exhibit", {"name": "x", "papers": "", "papers.upload": uploads})
    card = posted.headers["Location"].split("?")[0]
    edit = card.replace("/card/", "/edit/")
    red, blue = re.findall(r'name="papers" value="(\d+)"', browser.get(edit).text)
    fields = {"name": "x", "version": "1", "papers": ["", red, blue], "papers.remove": red}
    assert browser.post(edit, fields).status_code == 303
    assert re.findall(r'name="papers" value="(\d+)"', browser.get(edit).text) == [blue]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "![x](https://tracker.example/a.png)",
        '[x](https://a.example "t" onmouseover=alert(1) "")',
        "<a href='data:text/html,x'>x</a>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_nothing_that_somebody_wrote_runs_or_loads(text: str) -> None:
    seen = Attributes()
    seen.feed(to_html(text))
    assert seen.tags <= {"p", "a", "em"}
    assert {name for name, _ in seen.found} <= {"href", "title", "rel", "target", "class"}
    hrefs = [value for name, value in seen.found if name == "href"]
    assert all(urlsplit(value or "").scheme in ("https", "http", "mailto", "") for value in hrefs)


class Attributes(HTMLParser):
    """Gathers every tag and attribute that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += attrs


def test_links_leave_without_saying_where_from() -> None:
    html = to_html("[官网](https://acme.cn)")
    assert 'rel="noopener noreferrer nofollow"' in html
    assert 'href="https://acme.cn"' in html


def test_a_list_shows_the_words_alone() -> None:
    text = "## 来历\n\n- 来自**殷墟**\n- [官网](https://acme.cn)"
    assert plain_text(text) == "来历 来自殷墟 官网"
