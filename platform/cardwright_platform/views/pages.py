"""Pages beside lists, cards and forms: sign-in, home, search, recycle bin, errors, preferences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from cardwright_platform.views.cells import Action, Cell, Mark
from cardwright_platform.views.forms import Input
from cardwright_platform.views.lists import Empty, SearchBox
from cardwright_platform.views.marks import MarkTile, OpenedRecord


@dataclass(frozen=True, kw_only=True)
class DemoUser:
    """A user of the demo company, shown at sign-in of a demo only; posts ``demo``."""

    login: str
    name: str
    note: str
    initial: str
    hue: str = "teal"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Sign in. Posts ``login``, ``password``, ``stay`` and ``return_url`` to ``action``."""

    template: ClassVar[str] = "sign_in.html"
    title: str
    action: str
    text: str = ""
    login: str = ""
    error: str = ""
    return_url: str = ""
    stay: str = ""  #: 这台设备上保持登录 7 天; empty: not offered
    demo: tuple[DemoUser, ...] = ()
    passkey: str = ""  #: label of the button; empty: not offered
    ways: tuple[Action, ...] = ()  #: to sign in elsewhere; posts ``return_url`` to each


@dataclass(frozen=True, kw_only=True)
class SetPassword:
    """Choose a password, after a one-time link or on one's own page."""

    template: ClassVar[str] = "set_password.html"
    title: str
    action: str
    inputs: tuple[Input, ...]
    text: str = ""
    errors: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    save_label: str = ""
    name: str = "f"  #: tells forms of one page apart
    passkey: str = ""  #: label of a button that takes the second step otherwise


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """On the way to another site, by itself at once; the link is for who is not taken there."""

    template: ClassVar[str] = "leaving.html"
    title: str
    url: str
    label: str


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    """What went wrong, whether anything is lost, what to do, and the number to quote."""

    template: ClassVar[str] = "error.html"
    status: int
    title: str
    text: str
    number: str = ""
    icon: str = "alert-circle"
    cures: tuple[Action, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionEnded:
    """A form was posted after the session ended: sign in, then post ``hidden`` to ``action``.

    What stands there shows the form again, filled. ``sign_in`` opens beside this page.
    """

    template: ClassVar[str] = "session_ended.html"
    title: str
    text: str
    action: str
    sign_in: Action
    again: str
    hidden: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tile:
    """An entity on the home page."""

    label: str
    url: str
    icon: str = ""
    count: str = ""
    note: str = ""  #: 本月新增 12
    new_url: str = ""


@dataclass(frozen=True, kw_only=True)
class RecentRecord:
    """A record lately changed or seen."""

    title: str
    url: str
    entity: str
    icon: str = ""
    what: str = ""
    who: Mark | None = None
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where one arrives: entities, what one opened and what changed lately, queries, one's tags."""

    template: ClassVar[str] = "home.html"
    title: str
    text: str = ""
    tiles: tuple[Tile, ...] = ()
    opened: tuple[OpenedRecord, ...] = ()
    recent: tuple[RecentRecord, ...] = ()
    queries: tuple[Tile, ...] = ()
    tags: tuple[MarkTile, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that the search over all entities found."""

    title: str
    url: str
    note: str = ""
    cell: Cell | None = None


@dataclass(frozen=True, kw_only=True)
class HitGroup:
    """The hits in one entity."""

    label: str
    icon: str = ""
    hits: tuple[Hit, ...] = ()
    count: str = ""
    all_url: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """Hits over all entities."""

    template: ClassVar[str] = "search.html"
    title: str
    search: SearchBox
    groups: tuple[HitGroup, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class SecondStep:
    """The second step of signing in, on a page of one's own.

    Without a confirmed step ``drawing`` (an SVG that we draw) and ``letters`` tell an app the
    secret. ``codes`` are shown once, when they were just drawn.
    """

    template: ClassVar[str] = "second_step.html"
    title: str
    text: str
    back_url: str
    drawing: Markup = Markup("")
    letters: str = ""
    codes: tuple[str, ...] = ()
    forms: tuple[SetPassword, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IdentityAt:
    """Who somebody is at one place elsewhere, and the form that links it or lets it go."""

    label: str
    text: str
    is_linked: bool
    form: SetPassword


@dataclass(frozen=True, kw_only=True)
class Identities:
    """Where else one may sign in, on a page of one's own."""

    template: ClassVar[str] = "identities.html"
    title: str
    text: str
    back_url: str
    places: tuple[IdentityAt, ...]
    back_label: str = ""  #: without it one's own page
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device on which somebody is signed in; the one in use is left by signing out."""

    label: str
    text: str
    end: Action | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """One's own page: language, theme, mode, password, tokens."""

    template: ClassVar[str] = "account.html"
    title: str
    name: str
    initial: str
    hue: str = "teal"
    items: tuple[tuple[str, str], ...] = ()  #: login, department, roles
    password: SetPassword | None = None
    devices: tuple[Device, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Passkeys:
    """One's own passkeys; without a form none can be made under this address."""

    template: ClassVar[str] = "passkeys.html"
    title: str
    text: str
    back_url: str
    begin_url: str  #: answers what the browser is to make
    keys: tuple[Device, ...] = ()
    form: SetPassword | None = None
