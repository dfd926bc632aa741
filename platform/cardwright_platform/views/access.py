"""Roles and people beside what they may do: tables that say it in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice


@dataclass(frozen=True, kw_only=True)
class AccessMark:
    """What one role or person may do in one place: a coloured word, and what else is to be said.

    ``hue`` is empty for a plain word; ``more`` stands small behind it, ``hint`` is what the pointer
    shows, ``narrowed`` says that a condition holds as well.
    """

    text: str = ""
    hue: str = ""
    more: str = ""
    by: str = ""  #: the roles that it comes from
    hint: str = ""
    narrowed: bool = False
    nothing: bool = False


@dataclass(frozen=True, kw_only=True)
class AccessColumn:
    """The head of a column: a role, an action, or a question."""

    label: str
    sub: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessRow:
    """One entity, action, field or feature, with a mark for each column."""

    label: str
    marks: tuple[AccessMark, ...]
    url: str = ""
    sub: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessPart:
    """Rows that belong together."""

    rows: tuple[AccessRow, ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessTable:
    """A table of marks. ``head``: what its rows are."""

    title: str
    head: str
    columns: tuple[AccessColumn, ...]
    parts: tuple[AccessPart, ...]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessPill:
    """A role or a person in a line of them, with where it comes from."""

    label: str
    url: str = ""
    sub: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessPerson:
    """Somebody who may sign in."""

    name: str
    login: str
    url: str
    roles: str = ""
    hue: str = "teal"
    initial: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessPage:
    """Tables of rights, with what leads to them.

    ``find_url`` takes ``q``, words of a name; it is empty where no people are listed.
    """

    template: ClassVar[str] = "access.html"
    title: str
    back_url: str = ""
    back_label: str = ""
    tabs: tuple[Choice, ...] = ()
    text: str = ""
    pills_label: str = ""
    pills: tuple[AccessPill, ...] = ()
    pills_more: str = ""
    picks_label: str = ""
    picks: tuple[Choice, ...] = ()
    tables: tuple[AccessTable, ...] = ()
    legend: tuple[AccessMark, ...] = ()
    actions: tuple[Action, ...] = ()
    people: tuple[AccessPerson, ...] = ()
    find_url: str = ""
    words: str = ""
    nobody: str = ""
    more_url: str = ""
