"""Messages to the outside, and what other systems told: the pages of those who look after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """One message. ``said`` is its content, label and text, for those who may read it."""

    label: str  #: to whom
    icon: str
    state_label: str
    hue: str
    when: str
    about: str = ""  #: entity and number of the record
    url: str = ""  #: of the record
    facts: tuple[str, ...] = ()  #: rule, tries, the other side's number
    reason: str = ""
    failed: bool = False
    said: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OutboxPage:
    """Newest first. ``states`` and ``channels`` narrow; their values are addresses."""

    template: ClassVar[str] = "outbox.html"
    title: str
    messages: tuple[MessageView, ...] = ()
    states: tuple[Choice, ...] = ()
    channels: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = ()  #: what the operator has not configured
    held: str = ""  #: why nothing is sent at all
    release: Action | None = None  #: ends that
    older_url: str = ""
    empty: Empty | None = None
