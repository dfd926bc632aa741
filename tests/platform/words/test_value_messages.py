"""Every reason for which a value or a field's options are refused has words in both languages."""

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from cardwright_platform.words.tables import LANGUAGES, load_words

WORDS = load_words()


def reasons() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every call of refuse and problem in the field types: place, code, parameters."""
    for module in sorted(Path(str(files("cardwright_entities.field_types"))).glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("refuse", "problem") and isinstance(node.args[0], ast.Constant):
                params = frozenset(str(each.arg) for each in node.keywords)
                yield f"{module.name}:{node.lineno}", str(node.args[0].value), params


REASONS = list(reasons())


def test_there_are_reasons_to_look_at() -> None:
    assert len(REASONS) > 50


@pytest.mark.parametrize(("place", "code", "params"), REASONS)
def test_a_reason_has_words_that_use_what_it_gives(
    place: str, code: str, params: frozenset[str]
) -> None:
    assert WORDS.knows(code), f"{place}: no words for {code}"
    for language in LANGUAGES:
        used = frozenset(re.findall(r"\{(\w+)\}", WORDS.sentences(code)[language]))
        assert used <= params, f"{place}: {code} in {language} wants {used - params}"


def test_messages_neither_beg_nor_shout() -> None:
    table = files("cardwright_platform.words").joinpath("messages.yaml").read_text(encoding="utf-8")
    for code, sentences in yaml.safe_load(table).items():
        assert "！" not in sentences["zh"], code
        assert "请" not in sentences["zh"].replace("请求", ""), code
        assert "please" not in sentences["en"].lower(), code
