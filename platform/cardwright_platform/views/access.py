"""Roles and people beside what they may do: tables that say it in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.forms import Input
from cardwright_platform.views.pages import SetPassword


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
class AccessChange:
    """A change of a role that holds, with the way back where nothing else changed with it."""

    label: str
    facts: tuple[str, ...]
    revert: Action | None = None


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
    changes: tuple[AccessChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """One action with a box for each scope: its value, what it is called, whether it is ticked."""

    name: str
    label: str
    boxes: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class LevelInput:
    """The level of a field, of a group of fields, or of all others."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class FeatureInput:
    """A right that belongs to no entity; ``blocked`` says why it cannot be given."""

    name: str
    label: str
    ticked: bool = False
    blocked: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessForm:
    """What a role shall grant on one entity, or its features; a plan comes of it, no change yet."""

    template: ClassVar[str] = "access_form.html"
    title: str
    back_url: str
    back_label: str
    action: str
    text: str = ""
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    scopes: tuple[AccessColumn, ...] = ()
    rows: tuple[GrantRow, ...] = ()
    levels: tuple[tuple[str, tuple[LevelInput, ...]], ...] = ()
    features: tuple[FeatureInput, ...] = ()
    name_label: str = ""  #: of a new role
    name: str = ""
    copies: tuple[Choice, ...] = ()
    condition: Input | None = None  #: which records, in our language
    ways: tuple[Choice, ...] = ()  #: other things to do than to save, by the value of the button
    save_label: str = ""


@dataclass(frozen=True, kw_only=True)
class AccessPlan:
    """A change of rights that does not hold yet: what it means, then the password."""

    template: ClassVar[str] = "access_plan.html"
    title: str
    back_url: str
    back_label: str
    sentence: str
    text: str
    notes: tuple[str, ...] = ()
    people: str = ""  #: who has the roles
    table: AccessTable | None = None
    form: SetPassword | None = None
