"""Placeholders in what the operator writes: ``{number}`` and so on, in texts, lists and maps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_PLACE = re.compile(r"\{([a-z_]+)\}")


def named_in(written: object) -> Iterator[str]:
    """Yield the names of all placeholders."""
    if isinstance(written, str):
        yield from _PLACE.findall(written)
    elif isinstance(written, Mapping):
        for each in written.values():
            yield from named_in(each)
    elif isinstance(written, list):
        for each in written:
            yield from named_in(each)


def fill(written: object, known: Mapping[str, object]) -> object:
    """Return what was written with its placeholders filled.

    A text that is one placeholder becomes its value, such as a map; within a text it is text.
    """
    if isinstance(written, str):
        alone = _PLACE.fullmatch(written)
        return known[alone[1]] if alone is not None else fill_text(written, known)
    if isinstance(written, Mapping):
        return {name: fill(each, known) for name, each in written.items()}
    if isinstance(written, list):
        return [fill(each, known) for each in written]
    return written


def fill_text(written: str, known: Mapping[str, object]) -> str:
    """Return a text with its placeholders filled; what is filled in is not read again."""
    return _PLACE.sub(lambda found: str(known[found[1]]), written)
