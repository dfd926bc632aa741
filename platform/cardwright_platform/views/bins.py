"""The recycle bin, and what is asked before records of it go for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Column, Empty, Pager, Row, SearchBox


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The recycle bin: all entities, or one. Restore and purge post ``ids`` = entity:id."""

    template: ClassVar[str] = "bin.html"
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    entities: tuple[Choice, ...] = ()  #: filter; ``value`` is the address
    search: SearchBox | None = None
    restore_url: str = ""
    purge_url: str = ""  #: empty: may not purge
    pager: Pager = Pager()
    text: str = ""  #: how long records are kept
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Staying:
    """A record that stays, why, and what points at it as far as the reader may know."""

    label: str
    url: str = ""
    why: str = ""
    holders: tuple[tuple[str, str], ...] = ()  #: label and address


@dataclass(frozen=True, kw_only=True)
class TypedConfirmation:
    """A word that has to be typed before something is done that nobody takes back."""

    template: ClassVar[str] = "typed_confirmation.html"
    title: str
    warning: str
    back_label: str
    back_url: str
    action: str
    facts: tuple[tuple[str, str], ...] = ()  #: what goes, and how many
    staying: tuple[Staying, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    word: str = ""  #: what has to be typed; empty: there is nothing to do
    label: str = ""  #: of its input
    error: str = ""
    button: str = ""


@dataclass(frozen=True, kw_only=True)
class BinAge:
    """Asks how old the records are that are to go for good, and tells what that comes to."""

    template: ClassVar[str] = "bin_age.html"
    title: str
    back_url: str
    action: str
    days: str = ""
    entities: tuple[Choice, ...] = ()
    confirm: TypedConfirmation | None = None  #: once it is known what that comes to


@dataclass(frozen=True, kw_only=True)
class ClearedEntity:
    """An entity that may be emptied; ``held``: why it has to go too, or the chosen ones stay."""

    name: str
    label: str
    count: str
    chosen: bool = False
    held: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClearingPage:
    """Data clearing: first what is chosen, then, when nothing hangs on it, the word."""

    template: ClassVar[str] = "clearing.html"
    title: str
    text: str
    action: str
    back_url: str
    entities: tuple[ClearedEntity, ...] = ()
    problems: tuple[str, ...] = ()  #: what hangs on the chosen ones and cannot be chosen here
    total: str = ""
    chosen: tuple[str, ...] = ()
    ready: bool = False
    numbers: bool = False  #: they begin at one again
    word: str = ""
    error: str = ""
