"""A value ready to be shown: which template draws it, and the words, hue and address it prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One of several things in a cell: a picklist choice, a linked record, a file."""

    text: str
    hue: str = ""  #: one of the eleven hues; empty for plain
    href: str = ""
    initial: str = ""  #: one character in a round badge before the text: people
    note: str = ""  #: small text behind it: a file's size, a line's role
    image: str = ""  #: images: address of the thumbnail


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A value as a list, card or grid shows it; an empty value has an empty ``text``.

    ``template`` is the field type's ``cell``: a file under ``cells/``. Which of the other
    attributes it prints is said in that file's first line.
    """

    template: str = "text"
    text: str = ""  #: the whole value in words; also what a phone or a copied table shows
    hue: str = ""  #: pill: hue of the choice
    href: str = ""  #: link, url, email, phone, file: where it leads
    initial: str = ""  #: link to a person: the character in the round badge
    tone: str = ""  #: "negative" or "late" in red, "zero" or "quiet" in grey, "" as usual
    unit: str = ""  #: behind the figure, in grey: currency, unit
    title: str = ""  #: what the pointer shows: the exact time of "yesterday"
    image: str = ""  #: image: address of the thumbnail
    marks: tuple[Mark, ...] = ()  #: pills, links, file: the single things
    html: str = ""  #: rich_text: made by us from Markdown, everything of the writer escaped


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One entry of a select, a picklist or a menu of choices."""

    value: str
    label: str
    selected: bool = False
    hue: str = ""
    parent: str = ""  #: value of the choice above it, for dependent picklists
    hint: str = ""
    retired: bool = False  #: no longer offered, shown because it is the stored value
    level: int = 0  #: depth in a tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something that can be done: a link, or a small form that posts.

    ``confirm`` is the sentence asked in place before a post, such as "移入回收站 3 家，30
    天内可还原". ``key`` is the letter that triggers it. ``hidden`` travels with the post.
    """

    template: ClassVar[str] = "parts/action.html"
    label: str
    url: str
    icon: str = ""
    post: bool = False
    primary: bool = False
    danger: bool = False
    back: bool = False  #: takes back what was done
    confirm: str = ""
    key: str = ""
    hint: str = ""  #: what the pointer shows
    hidden: tuple[tuple[str, str], ...] = ()
    download: bool = False  #: leads to a file, not to a page
    dialog: bool = False  #: leads to a small form, shown in the dialog where scripts run
    blocked: str = ""  #: why it cannot be done now; drawn, not to be pressed
