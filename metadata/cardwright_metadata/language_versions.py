"""Documents of an older version of the language → the current one, by small pure steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cardwright_metadata.marks import MarkedMap

Conversion = Callable[[MarkedMap], MarkedMap]

#: Version → what turns a document of it into one of the next. Version 1 is the first.
CONVERSIONS: Mapping[int, Conversion] = {}


def to_current(content: MarkedMap, version: int) -> MarkedMap:
    """Return a document in the current version of the language."""
    while version in CONVERSIONS:
        content = CONVERSIONS[version](content)
        version += 1
    return content
