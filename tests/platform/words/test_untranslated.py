"""No text that people read stands outside the words: templates, scripts and pages are searched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

import cardwright_platform
import cardwright_themes
from cardwright_platform.views.helping import ANY, KINDS
from cardwright_platform.words.tables import LANGUAGES, load_words

PLATFORM = Path(cardwright_platform.__file__).parent
THEMES = Path(cardwright_themes.__file__).parent
WORDS = load_words()
READ = {"title", "aria-label", "placeholder", "alt", "aria-description", "aria-roledescription"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,}")
SENTENCE = re.compile(r"^[A-Z][a-z]+ [a-z]+")
CLASSES = re.compile(r"\s*cw-[\w-]+\s*")
COMMENT = re.compile(r"//.*|/\*.*|^ ?\*.*")
QUOTED = re.compile(r'"([^"]*)"|`([^`]*)`')
#: What the product is called everywhere, beside its name in the reader's language.
NAMES = {"Cardwright"}
#: What looks like a text of one language and is none, by its module.
NO_TEXTS = {
    "packs/skeleton.py": "writes a pack in both languages",
    "studio/guessing.py": "knows words of tables by which a type is guessed",
    "web/backups.py": "a command",
    "web/prints.py": "a policy of the browser",
    "web/visiting.py": "a line of the server's log",
    "web/presenting/devices.py": "the name of a system",
    "web/presenting/rich_text.py": "relations of a link",
}


class _Read(HTMLParser):
    """Gathers what people would read in a template whose expressions were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_key = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_key = tag == "kbd"
        self.found += [
            f"{name}={value}"
            for name, value in attrs
            if name in READ and LETTERS.search(value or "")
        ]

    def handle_endtag(self, tag: str) -> None:
        self._in_key = False

    def handle_data(self, data: str) -> None:
        is_text = LETTERS.search(data) and not CLASSES.fullmatch(data)
        if is_text and not self._in_key and data.strip() not in NAMES:
            self.found.append(data.strip())


def texts_of(source: str, *, is_attributes: bool = False) -> list[str]:
    """Return what a template says in no language but its own."""
    tokens = list(Environment(autoescape=True).lex(source))
    markup = "".join(text for _, kind, text in tokens if kind == "data")
    reading = _Read()
    reading.feed(f"<i {markup}>" if is_attributes else markup)
    literals = [text[1:-1] for _, kind, text in tokens if kind == "string"]
    return reading.found + [each for each in literals if HAN.search(each) or SENTENCE.search(each)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ t('save') }} <b>Save it</b></p>", ["Save it"]),
        ("<p title='保存'>{{ page.text }}</p>", ["title=保存"]),
        ("<p>{{ 'Save it' if page.x else 'ok' }}</p>", ["Save it"]),
        ("{# A note #}<kbd>Esc</kbd> {% if page.title %}·{% endif %}", []),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str, found: list[str]) -> None:
    assert texts_of(source) == found


def test_templates_hold_no_text_of_their_own() -> None:
    found = {
        path.name: texts
        for path in sorted(THEMES.glob("*/templates/**/*.html"))
        if (
            texts := texts_of(
                path.read_text(encoding="utf-8"), is_attributes=path.name == "_attributes.html"
            )
        )
    }
    assert found == {}


def test_scripts_say_only_words() -> None:
    found = [
        f"{path.name}:{number} {text}"
        for path in sorted(THEMES.glob("*/static/src/js/**/*.js"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for pair in QUOTED.findall(COMMENT.sub("", line))
        if HAN.search(text := pair[0] or pair[1]) or SENTENCE.search(text)
    ]
    assert found == []


def test_pages_say_only_words() -> None:
    found = {
        name: texts
        for path in sorted(PLATFORM.rglob("*.py"))
        if (texts := sorted(_literals(path, name := path.relative_to(PLATFORM).as_posix())))
    }
    assert {name: found[name] for name in found if name not in NO_TEXTS} == {}
    assert set(NO_TEXTS) <= set(found), "an exception that nothing needs any more"


def _literals(path: Path, name: str) -> Iterator[str]:
    """Yield the texts of a module; English ones only where pages are made."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    makes_pages = name.startswith(("web/", "views/", "studio/"))
    passed = {id(each) for node in ast.walk(tree) for each in _no_texts(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in passed:
            continue
        if HAN.search(node.value) or (makes_pages and ENGLISH.search(node.value)):
            yield node.value


def _no_texts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield docstrings, and labels that bring every language themselves."""
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.Dict):
        keys = {each.value for each in node.keys if isinstance(each, ast.Constant)}
        if keys == set(LANGUAGES):
            yield from node.values


@pytest.mark.parametrize("kind", sorted({ANY, *KINDS.values()}))
def test_every_kind_of_page_is_helped_in_three_to_six_lines(kind: str) -> None:
    lines = {name: WORDS.sentences(f"help.{kind}")[name].splitlines() for name in LANGUAGES}
    assert {len(each) for each in lines.values()} <= {3, 4, 5, 6}
    assert len({len(each) for each in lines.values()}) == 1


def test_help_is_of_templates_that_are_there() -> None:
    assert [name for name in KINDS if not (THEMES / "standard/templates" / name).exists()] == []
