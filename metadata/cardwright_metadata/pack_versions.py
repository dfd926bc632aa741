"""Versions of packs: which one is newer, and whether one will do."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

Version = tuple[int, int, int]

_WISH = re.compile(r"(>=|<=|<|>|=)?([0-9]+(?:\.[0-9]+){0,2})")
_COMPARE: Mapping[str, Callable[[Version, Version], bool]] = {
    "": operator.ge,
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


def version_of(text: str) -> Version:
    """Return a version as numbers that can be compared; 1.2 is 1.2.0, anything else 0."""
    numbers = [int(each) if each.isdecimal() else 0 for each in text.split(".")[:3]]
    first, second, third = (*numbers, 0, 0, 0)[:3]
    return first, second, third


def will_do(version: str, wish: str) -> bool:
    """Tell whether a version is what ``1.2`` or ``>=1.2 <2`` asks for."""
    there = version_of(version)
    return all(
        _COMPARE[found[1] or ""](there, version_of(found[2])) for found in _WISH.finditer(wish)
    )
