"""Changes of definitions as administrators see them: what was done, what waits, which packs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One change or plan in a list: what it does, who made it, why, when."""

    label: str
    url: str
    when: str = ""
    facts: tuple[str, ...] = ()  #: number, author
    reason: str = ""
    icon: str = "history"


@dataclass(frozen=True, kw_only=True)
class ChangesPage:
    """Plans that wait, then what was applied, newest first."""

    template: ClassVar[str] = "changes.html"
    title: str
    waiting: tuple[ChangeRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    actions: tuple[Action, ...] = ()
    older_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Places under a heading: each words and, if there is one, an address."""

    label: str
    items: tuple[tuple[str, str], ...]
    more: str = ""  #: how many are not named


@dataclass(frozen=True, kw_only=True)
class ChangePage:
    """One change or plan: the three sentences first, then what people should know."""

    template: ClassVar[str] = "change.html"
    title: str
    back_label: str
    back_url: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()  #: why it cannot be applied
    places: tuple[Places, ...] = ()
    actions: tuple[Action, ...] = ()
    tone: str = ""
    icon: str = "history"
    poll_url: str = ""  #: not empty while it is applied


@dataclass(frozen=True, kw_only=True)
class PackRow:
    """One pack in use."""

    label: str
    name: str
    facts: tuple[str, ...] = ()  #: version, vendor
    signature: str = ""
    signed: bool = False
    settings_url: str = ""


@dataclass(frozen=True, kw_only=True)
class PacksPage:
    """The packs in use, with versions and signatures."""

    template: ClassVar[str] = "packs.html"
    title: str
    back_label: str
    back_url: str
    packs: tuple[PackRow, ...] = ()
    empty: Empty | None = None
