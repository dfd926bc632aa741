"""The audit log and who is signed in: the pages of those who look after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class DeedRow:
    """One row of the log."""

    label: str  #: what was done
    url: str
    icon: str
    who: str
    when: str
    hue: str = ""  #: of the deed, where it stands out
    who_url: str = ""  #: the log of this person
    facts: tuple[str, ...] = ()  #: what it was about, from where
    sealed: bool = True


@dataclass(frozen=True, kw_only=True)
class AuditInput:
    """One thing that narrows the log; ``type`` is text, date or choice."""

    name: str
    label: str
    type: str = "text"
    value: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """Newest first. ``areas`` are tabs, their values addresses; inputs go to ``action``.

    ``hidden`` is what the export posts to ``export_url``: the log as it is narrowed.
    """

    template: ClassVar[str] = "audit.html"
    title: str
    action: str
    areas: tuple[Choice, ...]
    area: str = ""
    inputs: tuple[AuditInput, ...] = ()
    narrowed: bool = False
    rows: tuple[DeedRow, ...] = ()
    export_url: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    older_url: str = ""
    clear_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class OnlineRow:
    """One session that was in use lately."""

    name: str
    device: str
    facts: tuple[str, ...]
    when: str
    close: Action | None = None


@dataclass(frozen=True, kw_only=True)
class OnlinePage:
    """Who is signed in and was there lately."""

    template: ClassVar[str] = "online.html"
    title: str
    text: str
    areas: tuple[Choice, ...]
    rows: tuple[OnlineRow, ...] = ()
    empty: Empty | None = None
