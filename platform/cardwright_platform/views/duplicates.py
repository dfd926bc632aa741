"""查重 and 合并: records that look the same in groups, and the page on which they become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Cell, Choice
from cardwright_platform.views.lists import Column, Empty, Row


@dataclass(frozen=True, kw_only=True)
class SuspectGroup:
    """Records that look the same; ticked ones are sent as ``records`` to the merge."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class SuspectPage:
    """The suspects of an entity by one of its rules."""

    template: ClassVar[str] = "suspects.html"
    title: str
    entity: str
    list_url: str
    columns: tuple[Column, ...]
    groups: tuple[SuspectGroup, ...] = ()
    rules: tuple[Choice, ...] = ()  #: ``value`` is the address
    merge_url: str = ""  #: empty: may not merge
    text: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class MergeField:
    """One field in which the records differ: a value of each; posts ``choice.<name>``."""

    name: str
    label: str
    values: tuple[tuple[int, Cell], ...]
    chosen: int


@dataclass(frozen=True, kw_only=True)
class MergeRecord:
    """One of the records that become one."""

    id: int
    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MergePage:
    """Choose who stays (``master``) and, field by field, whose value; posts ``records`` too."""

    template: ClassVar[str] = "merge.html"
    title: str
    entity: str
    list_url: str
    action: str
    text: str
    records: tuple[MergeRecord, ...]
    master: int
    fields: tuple[MergeField, ...] = ()
    errors: tuple[str, ...] = ()
    cancel: Action | None = None
