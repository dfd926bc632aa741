"""The dialog in which a linked record is looked for, with columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Column, Empty, Pager, Row, SearchBox


@dataclass(frozen=True, kw_only=True)
class Picker:
    """Records to choose from. A row's ``title`` becomes the text of the input, its id the value."""

    template: ClassVar[str] = "picker.html"
    title: str
    search: SearchBox
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    pager: Pager = Pager()
    several: bool = False
    new: Action | None = None  #: quick create
    empty: Empty | None = None
