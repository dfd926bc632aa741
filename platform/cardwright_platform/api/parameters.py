"""Query parameters: each is declared, taken once, and refused in words when it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from cardwright_entities.errors import CardwrightError, Message
from cardwright_metadata.words import nearest

_LONGEST = 20_000


@dataclass(frozen=True)
class Parameter:
    """One query parameter as OpenAPI describes it."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False  #: told only: the route itself refuses a request without it


@dataclass(frozen=True)
class Parameters:
    """The parameters of one request by name."""

    given: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as it was sent."""
        return self.given.get(name, default)

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names that a parameter lists with commas between."""
        parts = (part.strip() for part in self.text(name).split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def number(self, name: str, default: int) -> int:
        """Return a whole number of at least nought; raise CardwrightError."""
        text = self.text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 17):
            raise bad_parameter(name)
        return int(text)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of some words; raise CardwrightError."""
        text = self.text(name) or default
        if text not in choices:
            raise bad_parameter(name)
        return text

    def flag(self, name: str) -> bool:
        """Return whether a parameter says true; raise CardwrightError."""
        return self.choice(name, ("true", "false"), "false") == "true"


def parse_parameters(given: MultiDict[str, str], known: Sequence[Parameter]) -> Parameters:
    """Return the parameters of a request; raise CardwrightError for others than the known."""
    return Parameters(_once(given, {each.name for each in known}))


def bad_parameter(name: str) -> CardwrightError:
    """Return the error for a parameter that cannot be read (400)."""
    return CardwrightError(Message.of("bad_parameter", name=name))


def _once(given: MultiDict[str, str], known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, values in given.lists():
        if name not in known:
            near = nearest(name, known)
            raise CardwrightError(Message.of("unknown_parameter", name=name[:60], nearest=near))
        # Twice the same name: two readers might each see another one. Without a value: one reader
        # might take it for everything, another for nothing.
        text = values[0]
        if len(values) > 1 or not text.strip() or "\0" in text or len(text) > _LONGEST:
            raise bad_parameter(name)
        found[name] = values[0]
    return found
