"""Who may see a record and change it, and which role gives that: one page for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """One scope of a role that was tried. ``state``: yes, no, or unknown to who asks."""

    role: str
    text: str
    state: str = "no"
    facts: str = ""  #: what decided it: whose the record is, and how he stands to who is asked of


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """One action: whether it may be done, and what was tried for it."""

    label: str
    holds: bool
    text: str = ""
    claims: tuple[ClaimLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """Fields that may not be filled, for one reason."""

    level: str
    label: str
    fields: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """Somebody else, and what he may do with the record."""

    name: str
    login: str
    roles: str
    url: str
    hue: str = "teal"
    initial: str = ""
    selected: bool = False
    actions: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RightsPage:
    """The rights of one person over a record and, where one may ask, those of all others.

    ``list_url`` takes ``q``, words of a name; it is empty where one may ask of oneself alone.
    """

    template: ClassVar[str] = "rights.html"
    title: str
    back_url: str
    who: str
    own_url: str = ""  #: back to oneself
    roles: str = ""
    returns: str = ""  #: when, why and by which rule the record goes back into the pool
    actions: tuple[ActionLine, ...] = ()
    fields: tuple[FieldLine, ...] = ()
    all_fields: str = ""  #: what is said of the others
    people: tuple[PersonLine, ...] = ()
    list_url: str = ""
    words: str = ""
    more_url: str = ""
    nobody: str = ""
