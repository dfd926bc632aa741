"""Background jobs: what runs, how far it is, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty, Pager


@dataclass(frozen=True, kw_only=True)
class JobView:
    """One job. ``state``: waiting, running, done, failed, cancelled."""

    id: str
    label: str
    state: str
    state_label: str
    url: str = ""
    hue: str = "slate"
    percent: int = 0  #: 0 to 100
    progress: str = ""  #: 1,200 / 3,120 行
    who: str = ""
    when: str = ""
    result: str = ""
    error: str = ""
    actions: tuple[Action, ...] = ()  #: cancel, retry, undo, download


@dataclass(frozen=True, kw_only=True)
class JobsPage:
    """Jobs the reader may see, or one; polled while one runs (``poll_url`` not empty)."""

    template: ClassVar[str] = "jobs.html"
    title: str
    jobs: tuple[JobView, ...] = ()
    poll_url: str = ""
    note: str = ""
    pager: Pager = Pager()
    empty: Empty | None = None
