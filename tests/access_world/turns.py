"""Which engine each way of asking is tried on: in turn, or on both in a long run."""

from __future__ import annotations

from collections.abc import Iterable

from access_world.probing import IS_LONG

ENGINES = ("sqlite", "postgresql")

Case = tuple[str, str, str]


def in_turn(ways: Iterable[str], readers: Iterable[str]) -> list[Case]:
    """Return engine, way and reader of each case."""
    known = tuple(readers)
    return [
        (engine, way, reader)
        for number, way in enumerate(ways)
        for place, reader in enumerate(known)
        for turn, engine in enumerate(ENGINES)
        if IS_LONG or (number + place) % 2 == turn
    ]
