"""Words of a translation file, put into the definitions to which they belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardwright_metadata.marks import MarkedMap, Spot, value_at
from cardwright_metadata.problems import Problem
from cardwright_metadata.words import nearest

#: Keys that hold words for people.
TEXT_KEYS = frozenset({"label", "description", "help", "hint", "example", "unit", "message"})


def translate(
    translation: MarkedMap, contents: Mapping[str, Mapping[str, MarkedMap]]
) -> list[Problem]:
    """Add the words of one translation document; return what it names in vain."""
    problems: list[Problem] = []
    language = str(translation.get("language") or "")
    texts = translation.get("texts")
    if not isinstance(texts, MarkedMap) or not language:
        return problems
    for address, words in texts.items():
        kind, _, name = address.partition("/")
        target = contents.get(kind, {}).get(name)
        if target is None:
            known = [f"{kind}/{each}" for kind, named in contents.items() for each in named]
            problems.append(_unknown(texts, address, f"texts.{address}", known))
        elif isinstance(words, MarkedMap):
            for path, word, spot in _flatten(words, ()):
                problems += _put_word(target, path, word, spot, language)
    return problems


def _flatten(
    words: MarkedMap, prefix: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, Spot | None]]:
    for key, value in words.items():
        path = (*prefix, *key.split("."))
        if isinstance(value, MarkedMap):
            yield from _flatten(value, path)
        else:
            yield path, str(value), words.values_at.get(key)


def _put_word(
    target: MarkedMap, path: tuple[str, ...], word: str, spot: Spot | None, language: str
) -> list[Problem]:
    holder: Any = value_at(target, path[:-1])
    if not isinstance(holder, MarkedMap) or path[-1] not in TEXT_KEYS:
        return [
            Problem(
                place=spot.place if spot else None,
                path=".".join(path),
                code="unknown_text",
                message=f"There is no text at '{'.'.join(path)}'.",
                found=".".join(path),
                expected="the path of a label, help, hint, example, unit, message or description",
                nearest=nearest(path[-1], TEXT_KEYS),
            )
        ]
    text = holder.get(path[-1])
    if not isinstance(text, MarkedMap):
        text = MarkedMap()
        holder.put(path[-1], text, None, None)
    text.put(language, word, spot.place if spot else None, spot)
    return []


def _unknown(texts: MarkedMap, address: str, path: str, known: list[str]) -> Problem:
    return Problem(
        place=texts.keys_at.get(address),
        path=path,
        code="unknown_definition",
        message=f"There is no definition '{address}'.",
        found=address,
        expected="kind/name, such as entity/customer",
        nearest=nearest(address, known),
    )
