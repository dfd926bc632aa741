"""The page that says whether stored values are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action


@dataclass(frozen=True, kw_only=True)
class ChecksPage:
    """The newest look: a sentence, what differs with its cards, and what can be done."""

    template: ClassVar[str] = "checks.html"
    title: str
    said: str
    text: str
    when: str = ""
    tone: str = ""  #: success, warning, or empty where nothing was looked at
    icon: str = "circle-check"
    differences: tuple[tuple[str, str], ...] = ()  #: words and address
    actions: tuple[Action, ...] = ()
    poll_url: str = ""  #: not empty while a look runs
