"""Documents that flow: the chain of a record, and the sources that a new one is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.lists import Column, Empty, Row, SearchBox


@dataclass(frozen=True, kw_only=True)
class ChainRecord:
    """One record of a chain; ``note`` is what kind it is of."""

    text: str
    href: str
    note: str
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class ChainStep:
    """The records that stand as many steps away: ``before`` where the record came from."""

    label: str  #: 上游 1, 下游 2
    before: bool
    records: tuple[ChainRecord, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChainPanel:
    """联查: where a record came from and what was made of it, from the beginning to the end."""

    template: ClassVar[str] = "parts/chain.html"
    steps: tuple[ChainStep, ...] = ()
    here: str = ""  #: what the record itself is called; stands between the steps
    note: str = ""  #: what kind it is of
    icon: str = ""
    more: str = ""  #: a sentence where there is more than is shown
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class SourcePage:
    """选单: sources to choose from; they are sent as ``sources`` to the form of the target."""

    template: ClassVar[str] = "sources.html"
    title: str
    action: str  #: the form of the target, which is filled from what was chosen
    cancel_url: str
    search: SearchBox
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    empty: Empty | None = None
    more: str = ""  #: a sentence where there are more than are shown
