"""Bundled screens without records speak the reader's language alone, from the menu to the help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from serving import Served, serve
from sqlalchemy import inspect, text

from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.words.tables import load_words

HAN = re.compile(r"[\u4e00-\u9fff]+")
READ = {"title", "aria-label", "placeholder", "alt"}
#: Languages are called by their own names.
NAMES = {"中文"}
PLACES = (
    *("/", "/account", "/favourites", "/views", "/notifications", "/bin", "/jobs", "/outbox"),
    *("/audit", "/access", "/invitations", "/backups", "/clearing", "/studio", "/settings"),
    *("/reports", "/approvals", "/search?q=nothing", "/studio/new-object", "/studio/lists"),
)


class _Texts(HTMLParser):
    """Gathers what is read on a page, the help among it; scripts' words are read by scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in READ and value}

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.add(data.strip())


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The bundled packs, without the demo company."""
    made = serve("", tmp_path_factory.mktemp("bundled"), *bundled_packs(), languages=("zh", "en"))
    yield made
    made.instance.close()


def read_pages(bundled: Served, language: str) -> dict[str, set[str]]:
    """Return what stands on every page for an administrator of a language."""
    browser = bundled.signed_in(f"reader_{language}", "admin")
    browser.get("/account")
    browser.post("/preferences", {"language": language})
    with bundled.instance.engine.read(bundled.instance.system_context()) as desk:
        entities = desk.model.catalog.entities.values()
        names = [each.name for each in entities if not each.owner]
    asked = [*PLACES, *(f"/{way}/{name}" for name in names for way in ("list", "new", "import"))]
    said = {}
    for path in asked:
        answer = browser.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            texts = _Texts()
            texts.feed(answer.text)
            said[path] = texts.found
    assert len(said) > len(names) + len(PLACES) / 2
    return said


def kept_texts(bundled: Served) -> str:
    """Return everything that records hold: data, in the language of their country."""
    with bundled.instance.store.read(bundled.instance.system_context()) as session:
        inspected = inspect(bundled.instance.store.engine)
        names = [name for name in inspected.get_table_names() if not name.startswith("cw_")]
        rows = [session.rows(text(f'SELECT * FROM "{name}"')) for name in names]
    return "\n".join(str(tuple(row)) for table in rows for row in table)


def test_english_pages_hold_no_chinese_but_data(bundled: Served) -> None:
    data = kept_texts(bundled)
    found = {
        path: left
        for path, texts in read_pages(bundled, "en").items()
        if (
            left := [
                said
                for said in texts - NAMES
                if not all(each in data for each in HAN.findall(said))
            ]
        )
    }
    assert found == {}


def test_chinese_pages_hold_no_english_words(bundled: Served) -> None:
    words = load_words()
    english = {
        sentence
        for key in words.keys()  # noqa: SIM118 - a method of ours, not of a dict
        for sentence in words.sentences(key)["en"].splitlines()
        if " " in sentence and sentence not in words.sentences(key)["zh"]
    }
    # The installation's language was written down with its first definitions.
    english.remove(words.sentences("changes.first_start")["en"])
    pages = read_pages(bundled, "zh")
    assert {path: left for path, texts in pages.items() if (left := texts & english)} == {}
