"""Why the values of a record are what they are: one page for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Cell


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A value that another one follows from."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ReasonView:
    """One field, its value, where it comes from, and what that used."""

    label: str
    cell: Cell
    text: str
    frozen: str = ""
    inputs: tuple[Origin, ...] = ()
    records: tuple[tuple[str, str], ...] = ()  #: title and address
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class ReasonsPage:
    """The fields of a record that its reader sees."""

    template: ClassVar[str] = "reasons.html"
    title: str
    back_url: str
    reasons: tuple[ReasonView, ...] = ()
