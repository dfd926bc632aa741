"""Reads the tables of words and puts parameters into their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

import yaml

from cardwright_entities.errors import Message

#: Every key has these; a test says so.
LANGUAGES = ("en", "zh")
#: Parameters that hold the sentence itself, by language: ``text_zh``.
_OWN = "text_"
#: The parameter that holds the code of another message, the reason; its own begin with it.
_BECAUSE = "because"
#: Before the code of a mistake in an expression: what it says of itself is English alone.
_MISTAKE = "expression."
#: The parameter that names features, with commas between.
_FEATURES = "features"
_PARAMETER = re.compile(r"\{(\w+)\}")


class Words:
    """What to say, by key and language; threads share it."""

    def __init__(self, table: Mapping[str, Mapping[str, str]]) -> None:
        self._table = table

    def translate(self, language: str, key: str, params: Mapping[str, object] = {}) -> str:  # noqa: B006 - never changed
        """Return the sentence in the language, else in English, else the key itself."""
        sentence = self.sentence(language, key)
        return _PARAMETER.sub(lambda found: str(params.get(found[1], "")), sentence)

    def sentence(self, language: str, key: str) -> str:
        """Return the sentence as it stands, for those who put in the parameters themselves."""
        sentences = self._table.get(key)
        return key if sentences is None else sentences.get(language) or sentences["en"]

    def say(self, language: str, message: Message) -> str:
        """Return an error's message in the language; the own words of a pack's check win."""
        params = dict(message.params)
        own = {name[len(_OWN) :]: text for name, text in params.items() if name.startswith(_OWN)}
        if own:
            return own.get(language) or own.get("en") or next(iter(own.values()))
        if _BECAUSE in params:
            params[_BECAUSE] = self.say(language, _reason_of(message))
        cause = f"{_MISTAKE}{params.get('cause', '')}"
        if language != "en" and self.knows(cause):
            params["problem"] = self.translate(language, cause, params)
        if _FEATURES in params:
            labels = (self.feature(language, each) for each in params[_FEATURES].split(", "))
            params[_FEATURES] = ("；" if language == "zh" else "; ").join(labels)
        return self.translate(language, message.code, params)

    def feature(self, language: str, name: str) -> str:
        """Return what a right that belongs to no entity lets one do; its name if nobody says."""
        key = f"access.feature_{name}"
        return self.translate(language, key) if self.knows(key) else name

    def knows(self, key: str) -> bool:
        """Tell whether there is a sentence with this key."""
        return key in self._table

    def keys(self) -> Iterable[str]:
        """List all keys, for those who check them."""
        return self._table.keys()

    def sentences(self, key: str) -> Mapping[str, str]:
        """Return the sentences of a key by language."""
        return self._table[key]


def _reason_of(message: Message) -> Message:
    first = _BECAUSE + "_"
    own = ((name[len(first) :], text) for name, text in message.params if name.startswith(first))
    return Message(dict(message.params)[_BECAUSE], tuple(own))


def load_words(folders: Iterable[Path] = ()) -> Words:
    """Read the product's own tables, and those of plugins over them."""
    table = dict(_own())
    for folder in folders:
        table.update(_read(folder))
    return Words(table)


@cache  # part of the package; never changes while it runs
def _own() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType(dict(_read(files("cardwright_platform.words"))))


def _read(folder: Traversable) -> Iterable[tuple[str, Mapping[str, str]]]:
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            document = yaml.load(file.read_bytes(), yaml.CSafeLoader)  # noqa: S506 - a safe loader
            yield from document.items()
