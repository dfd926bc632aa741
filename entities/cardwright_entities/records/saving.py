"""How a save is meant, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_entities.errors import Message

#: The kind of a save that takes another back.
UNDO = "undo"


@dataclass(frozen=True)
class Saved:
    """What a save did: the record, its new version, and what was only warned of."""

    id: int
    version: int
    change_set: int
    warnings: Mapping[str, Message] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Moving:
    """One move that a save takes by its name: of which field of which record."""

    entity: str
    record: int
    field: str
    move: str


@dataclass(frozen=True, kw_only=True)
class SaveOptions:
    """How a save is meant. ``confirmed`` maps checks to the reason given (may be empty).

    ``moves`` are moves taken by name, for which the state alone would not do.
    ``replace_lines``: lines that are not sent go away. ``merge``: a stale version is no conflict
    while others changed other fields. ``change_set``: join this set instead of opening one.
    ``together``: records of the entity that are deleted with this one, so that they hold nothing.
    ``read_only_too``: read-only fields may be given, as by a seed or a rule of the system.
    """

    kind: str = "save"
    label: str = ""
    change_set: int | None = None
    confirmed: Mapping[str, str] = field(default_factory=dict)
    replace_lines: bool = False
    merge: bool = False
    needs_version: bool = False
    read_only_too: bool = False
    moves: tuple[Moving, ...] = ()
    together: frozenset[int] = frozenset()
