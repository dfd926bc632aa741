"""Every page renders from plain view models, and nothing in it needs a loose policy."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from view_samples.all_pages import BEFORE_SIGN_IN, SAMPLES
from view_samples.frames import make_frame

import cardwright_themes
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_platform.theming import Theme, Theming, load_themes
from cardwright_platform.views import cells, lists
from cardwright_platform.words import load_words

FOLDER = Path(next(iter(cardwright_themes.__path__)))
TEMPLATES = FOLDER / "standard" / "templates"
SCRIPTS = FOLDER / "standard" / "static" / "src" / "js"
BUILT = {name: name for name in ("app.js", "app.css", "inter.woff2", "icons.woff2", "mark.svg")}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "circle"}


class Page(HTMLParser):
    """The elements of a page with their attributes and own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in self._open:
            return
        assert self._open[-1] == tag, f"{self._open[-1]} is closed by {tag} at {self.getpos()}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style") and data.strip():
            self.scripts.append(data)

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def themes() -> dict[str, Theme]:
    """Both themes as if built, so that these tests need no Node."""
    found = load_themes([FOLDER])
    return {name: replace(theme, assets=BUILT) for name, theme in found.items()}


@pytest.fixture(scope="module")
def theming() -> Theming:
    return Theming(themes(), load_words())


def render(theming: Theming, name: str, language: str = "zh", **frame: Any) -> str:
    made = make_frame(language=language)
    if name in BEFORE_SIGN_IN:
        made = replace(made, user=None)
    return theming.render(SAMPLES[name], replace(made, **frame))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_is_whole_and_holds_no_inline_script_or_style(
    theming: Theming, name: str, language: str
) -> None:
    page = Page(render(theming, name, language))
    assert not page._open
    assert not page.scripts
    for tag, attributes in page.elements:
        assert tag != "style"
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith(("on", "hx-on"))]
        assert not [
            value for value in attributes.values() if value.startswith(("js:", "javascript:"))
        ]
        if tag == "script":
            assert attributes["src"].startswith("/static/")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_id_is_there_once_and_every_label_has_its_input(theming: Theming, name: str) -> None:
    page = Page(render(theming, name))
    ids = page.ids()
    assert sorted(ids) == sorted(set(ids))
    for tag, attributes in page.elements:
        if tag == "label" and "for" in attributes:
            assert attributes["for"] in ids
        if "aria-describedby" in attributes:
            assert attributes["aria-describedby"] in ids
        if tag == "img":
            assert "alt" in attributes


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_that_posts_carries_the_token(theming: Theming, name: str) -> None:
    text = render(theming, name)
    posting = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL)
    for form in posting:
        assert 'name="csrf_token"' in form, form[:200]


def test_the_pages_say_nothing_in_chinese_of_their_own_to_an_english_reader(
    theming: Theming,
) -> None:
    frame = make_frame(language="en")
    frame = replace(frame, languages=(), themes=())
    empty = lists.ListView(title="Customers", new=None)
    text = theming.render(empty, frame)
    assert not re.findall(r"[\u4e00-\u9fff]+", text)


NASTY = "\"'><script>alert(1)</script>{{ 7*7 }}\u202eЯ😀\n%(b)s"


def test_labels_and_values_are_data_wherever_they_stand(theming: Theming) -> None:
    column = lists.Column(path=NASTY, label=NASTY, title=NASTY, sort_url="/?a=1&b=2")
    marks = (cells.Mark(text=NASTY, href="/x"),)
    drawn = [path.stem for path in sorted((TEMPLATES / "cells").glob("*.html"))]
    row = lists.Row(
        id=NASTY,
        url="/r",
        title=NASTY,
        cells=tuple(
            cells.Cell(template=each, text=NASTY, title=NASTY, href="/x", marks=marks)
            for each in ["text", *drawn]
        ),
        phone=lists.PhoneRow(title=NASTY, second=cells.Cell(text=NASTY)),
    )
    page = lists.ListView(
        title=NASTY,
        columns=(column,) * len(row.cells),
        rows=(row,),
        chips=(lists.FilterChip(label=NASTY, operator=NASTY, value=NASTY, remove_url="/"),),
        filter=lists.FilterBuilder(
            action="/",
            tree=NASTY,
            text=NASTY,
            fields=(lists.FilterField(path=NASTY, label=NASTY),),
            titles=((NASTY, NASTY),),
        ),
        selection=lists.Selection(counter=NASTY, all_label=NASTY),
    )
    text = theming.render(page, replace(make_frame(), organisation=NASTY))
    assert "<script>alert" not in text
    assert "49" not in re.sub(r"&#\d+;", "", text)
    assert not Page(text).scripts


def test_every_widget_and_cell_of_a_field_type_has_a_template_and_none_is_unused() -> None:
    for kind, names in (
        ("widgets", {each.widget for each in BUILTIN_FIELD_TYPES}),
        ("cells", {each.cell for each in BUILTIN_FIELD_TYPES}),
    ):
        drawn = {path.stem for path in (TEMPLATES / kind).glob("[!_]*.html")}
        assert names <= drawn
        assert drawn - names <= KEPT[kind]


#: text is what everything falls back to; new_password is of pages; masked is drawn by level of
#: right, whatever the type
KEPT = {"widgets": {"new_password", "text"}, "cells": {"text", "masked"}}


def test_every_sentence_asked_for_is_in_the_table_and_none_is_idle() -> None:
    words = load_words()
    own = set(_keys(FOLDER.parents[1] / "platform/cardwright_platform/words/ui.yaml"))
    asked: set[str] = set()
    for path in FOLDER.glob("*/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r"\bt\('([a-z_.]+[a-z])'", text))
        asked |= {key for key in own for start in _starts(text) if key.startswith(start)}
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        asked |= {f"js.{key}" for key in re.findall(r"say\(\s*\"([a-z_]+)\"", text)}
        # say(first ? "where" : "and"): any word of a script that is a key
        asked |= own & {f"js.{word}" for word in re.findall(r"\"([a-z_]+)\"", text)}
    assert not [key for key in asked if not words.knows(key)]
    assert own - asked == set()


def _keys(path: Path) -> list[str]:
    return re.findall(r"^([a-z_.]+): \{", path.read_text(encoding="utf-8"), re.MULTILINE)


def _starts(text: str) -> list[str]:
    """Beginnings of keys that a template finishes itself: t('keys.' ~ word)."""
    return re.findall(r"\bt\('([a-z_.]+[._])' ~", text)
