"""The page of views: by folder, each with its list, whose it is, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class ViewRow:
    """A view; ``facts`` say whose it is, and under which condition."""

    name: str
    url: str
    entity: str
    icon: str = ""
    facts: tuple[str, ...] = ()
    problem: str = ""  #: what of it is not there any more
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ViewFolder:
    """The views of a folder, or those that others share."""

    label: str
    icon: str
    rows: tuple[ViewRow, ...]


@dataclass(frozen=True, kw_only=True)
class ViewsPage:
    """All views that somebody keeps or that are shared with him."""

    template: ClassVar[str] = "views.html"
    title: str
    text: str = ""
    folders: tuple[ViewFolder, ...] = ()
    empty: Empty | None = None
