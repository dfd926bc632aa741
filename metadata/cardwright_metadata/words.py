"""How names are spelled, what is nearest to a misspelled one, and how values are shown."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")

#: Names of system fields that no author may give to a field of his own.
RESERVED_FIELDS = frozenset(
    {
        "id", "version", "head", "position", "owner", "created_at", "created_by", "changed_at",
        "changed_by", "deleted_at", "set_by_hand", "frozen_at",
    }
)  # fmt: skip

_SHOWN = 60
#: Longer words are like none.
_LONGEST_WORD = 100


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like this one, empty when none is like it."""
    if len(word) > _LONGEST_WORD:
        return ""
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def show_value(value: Any) -> str:
    """Return a value as a message shows what was found."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    shown = shorten(str(value))
    return f"'{shown}'" if isinstance(value, str) else shown


def shorten(text: str) -> str:
    """Return a text as a message shows it, cut where it is long."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def list_words(words: Iterable[str], limit: int = 12) -> str:
    """Return words as a message lists what is expected, cut where the list is long."""
    known = list(words)
    shown = ", ".join(known[:limit])
    return f"{shown}, …" if len(known) > limit else shown
