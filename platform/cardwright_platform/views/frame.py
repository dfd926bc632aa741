"""What surrounds every page: menu, user, language, theme, messages."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_platform.views.cells import Action, Choice


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One place in the menu."""

    label: str
    url: str
    icon: str = ""  #: name of an icon of the theme's set, such as ``building``
    current: bool = False
    count: str = ""
    hot: bool = False  #: the count asks for attention
    counted: str = ""  #: answers ``{"count", "exact"}``, asked again every 20 seconds


@dataclass(frozen=True, kw_only=True)
class MenuGroup:
    """A titled group of menu items; the first group of a frame usually has no title."""

    items: tuple[MenuItem, ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class UserBadge:
    """Who is signed in, as the foot of the menu shows it."""

    name: str
    initial: str
    hue: str = "teal"
    note: str = ""  #: department
    account_url: str = ""  #: own page: password, tokens


@dataclass(frozen=True, kw_only=True)
class Toast:
    """A message after something was done, with its way back.

    ``tone``: "done", "warning" or "danger". ``undo`` posts to take it back.
    """

    text: str
    tone: str = "done"
    undo: Action | None = None
    link: Action | None = None  #: where to look: the record just made


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The application frame around a page, also of pages before sign-in (``user`` is None).

    ``preferences_url`` takes a post of one or more of ``mode``, ``density``, ``administration``,
    ``language``,
    ``theme`` and ``return_url``, keeps them and goes back there.
    """

    language: str = "zh"
    mode: str = "auto"  #: light, dark, or auto: as the device
    density: str = "compact"  #: compact or comfortable
    theme: str = "standard"
    languages: tuple[Choice, ...] = ()
    themes: tuple[Choice, ...] = ()
    organisation: str = ""
    user: UserBadge | None = None
    menus: tuple[MenuGroup, ...] = ()
    foot: tuple[MenuItem, ...] = ()  #: above the user: notices, recycle bin, jobs
    administration: tuple[MenuItem, ...] = ()  #: places of those who keep the installation
    administration_open: bool = False  #: kept per person; drawn open also on one of its pages
    phone: tuple[MenuItem, ...] = ()  #: at most three places of the phone's bottom bar
    create_url: str = ""  #: the middle of the phone's bottom bar
    csrf_token: str = ""
    toasts: tuple[Toast, ...] = ()
    home_url: str = "/"
    search_url: str = ""  #: page of hits over all entities, takes ``q``; empty: no search box
    sign_out_url: str = ""
    preferences_url: str = ""
    return_url: str = ""  #: address of this page, for the switches to come back to
    reload_url: str = ""  #: only while definitions are being developed: asked when to reload
    request_id: str = ""
    watermark: str = ""  #: who reads the page and when, across it; empty for none
    viewing: str = ""  #: the name as whom one looks
    viewing_end_url: str = ""
