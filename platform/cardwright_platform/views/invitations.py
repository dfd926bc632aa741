"""Who has not come yet, and the link that is to be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class AwaitedRow:
    """Somebody who was added and has never signed in."""

    name: str
    facts: tuple[str, ...]
    state: str
    hue: str
    url: str = ""  #: his card
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InvitationsPage:
    """Those who are waited for, the last invited first."""

    template: ClassVar[str] = "invitations.html"
    title: str
    text: str
    actions: tuple[Action, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[AwaitedRow, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationLink:
    """A link that is shown once, to be handed over."""

    template: ClassVar[str] = "invitation_link.html"
    title: str
    text: str
    link: str
    back_url: str
