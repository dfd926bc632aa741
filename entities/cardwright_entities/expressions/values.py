"""The kinds of values that expressions know, and the reference to a record of any entity."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ValueType:
    """A kind of value: text, decimal, boolean, date, datetime, time, duration, span and so on.

    ``entity`` names what a record is (empty: of any entity, as a link_any gives). ``item`` is the
    kind of a list's items. ``scale`` are the decimals kept when a decimal is stored, -1 unknown.
    ``tree`` tells that the entity is a tree, so that ``under`` may stand. Of one expression only:
    ``null`` (a bare ``null``) and ``period`` (what ``this_month()`` gives, to stand behind ``in``).
    ``choices`` are the only texts there may be, where a definition is checked against them.
    """

    kind: str
    entity: str = ""
    item: ValueType | None = None
    scale: int = -1
    tree: bool = False
    choices: tuple[str, ...] = field(default=(), compare=False)


TEXT = ValueType("text")
DECIMAL = ValueType("decimal")
INTEGER = ValueType("decimal", scale=0)
BOOLEAN = ValueType("boolean")
DATE = ValueType("date")
DATETIME = ValueType("datetime")
TIME = ValueType("time")
DURATION = ValueType("duration")
PERIOD = ValueType("period")
SPAN = ValueType("span")
JSON = ValueType("json")
NULL = ValueType("null")
TEXTS = ValueType("list", item=TEXT)


def record_of(entity: str, *, tree: bool = False) -> ValueType:
    """Return the kind of a link to one entity."""
    return ValueType("record", entity=entity, tree=tree)


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """A record of some entity: the value of a link_any and of an owner."""

    entity: str  #: the entity's key, as ``entity_key`` of the names gives it
    id: int
