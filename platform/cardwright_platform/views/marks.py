"""What somebody has marked for himself: tags, favourites, records that he opened last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Mark
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class FolderChoice:
    """A favourites folder in the menu of the star."""

    name: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class MarkBox:
    """The tags and the star of a record at the head of its card.

    Posts ``add`` or ``remove`` (a tag's name) to ``tags_url``, ``add`` or ``remove`` (a folder's
    name; an empty one means the folder of a single click, or all) to ``stars_url``. An empty
    address: this entity has none of these.
    """

    template: ClassVar[str] = "parts/mark_box.html"
    tags: tuple[Mark, ...] = ()  #: each leads to the list of the records that bear it
    tags_url: str = ""
    known: tuple[str, ...] = ()  #: one's other tags, suggested while one types
    folders: tuple[FolderChoice, ...] = ()
    stars_url: str = ""
    starred: bool = False
    longest: int = 40


@dataclass(frozen=True, kw_only=True)
class MarkTile:
    """A tag or folder with how many of its records may be read, by entity."""

    name: str
    url: str
    count: str
    hue: str = ""
    lists: tuple[Action, ...] = ()  #: 客户 12, 联系人 3: each leads to that list
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenedRecord:
    """A record whose card was opened, or that bears a mark."""

    title: str
    url: str
    entity: str = ""
    icon: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class MarkedGroup:
    """The records of one entity that bear a mark; posts ``entity``, ``ids`` to ``remove_url``."""

    name: str
    label: str
    icon: str
    count: str
    list_url: str
    remove_url: str
    records: tuple[OpenedRecord, ...] = ()
    more: str = ""  #: how many are not shown here


@dataclass(frozen=True, kw_only=True)
class MarkPage:
    """A folder or tag that is looked at: renamed by a post of ``name``, deleted by a post."""

    id: str
    name: str
    kind: str
    rename_url: str
    delete: Action
    typed: str = ""  #: a name that could not be taken, and why
    error: str = ""
    groups: tuple[MarkedGroup, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class Favourites:
    """All one's folders and tags, one of them with its records; posts ``name`` to ``new_url``."""

    template: ClassVar[str] = "favourites.html"
    title: str
    new_url: str  #: empty for who may make none
    folders: tuple[MarkTile, ...] = ()
    tags: tuple[MarkTile, ...] = ()
    chosen: MarkPage | None = None
    typed: str = ""
    error: str = ""
    longest: int = 40
    empty: Empty | None = None
