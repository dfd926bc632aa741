"""What somebody was told: the page of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class NotificationView:
    """One thing somebody was told; a post to ``url`` notes that and leads to its record."""

    text: str
    when: str
    exact: str  #: the moment in full
    icon: str = "bell"
    title: str = ""  #: of the record
    who: str = ""
    url: str = ""
    unread: bool = False


@dataclass(frozen=True, kw_only=True)
class NotificationsPage:
    """Newest first. ``older_url`` leads on; ``all_read`` notes that all were read."""

    template: ClassVar[str] = "notifications.html"
    title: str
    notifications: tuple[NotificationView, ...] = ()
    older_url: str = ""
    all_read: Action | None = None
    empty: Empty | None = None
