"""Every right that a role may list is asked somewhere, and none is asked that no role may list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import cardwright_entities.access.features as features
from cardwright_metadata.catalog import ADMINISTRATOR
from cardwright_metadata.schema_files import read_schemas
from cardwright_platform.words import load_words

ROOT = Path(__file__).resolve().parents[2]
NAMED = {value: name for name, value in vars(features).items() if name.isupper()}


def listed() -> list[str]:
    """Return what the language lets a role list."""
    found: list[str] = read_schemas()["role"]["properties"]["features"]["items"]["enum"]
    return found


def asked() -> Iterator[str]:
    """Yield the names of constants that the product hands to whatever asks for a right."""
    for folder in ("entities", "platform", "plugins"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "access.features import" not in text:
                continue
            aliases: dict[str, str] = {}
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("features"):
                    aliases |= {each.asname or each.name: each.name for each in node.names}
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and _asks(node):
                    used = (each.id for each in node.args if isinstance(each, ast.Name))
                    yield from (aliases[each] for each in used if each in aliases)
            if path.name == "defining.py":
                # What a plan needs is asked feature by feature by whoever applies it.
                yield from aliases.values()


def _asks(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("requires", "has_feature", "may")


def test_every_right_that_may_be_granted_is_asked_somewhere() -> None:
    assert set(listed()) == set(NAMED)
    found = set(asked())
    assert [value for value, name in NAMED.items() if name not in found] == []


def test_the_administrator_has_them_all_but_reading_what_messages_say() -> None:
    assert set(listed()) - set(ADMINISTRATOR["features"]) == {"read_messages"}


def test_every_right_has_words_in_both_languages() -> None:
    words = load_words()
    for name in listed():
        key = f"access.feature_{name}"
        assert words.knows(key)
        assert words.translate("zh", key, {}) != words.translate("en", key, {})
