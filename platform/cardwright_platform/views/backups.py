"""The backups of an installation: the pages of those who look after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action
from cardwright_platform.views.jobs import JobView
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.pages import SetPassword


@dataclass(frozen=True, kw_only=True)
class BackupView:
    """One backup. ``facts`` are who, how much, which version; ``problem`` why it is none."""

    label: str  #: when it was taken
    name: str
    size: str
    state_label: str
    hue: str
    facts: tuple[str, ...] = ()
    problem: str = ""
    downloads: tuple[str, ...] = ()  #: who took it away, and when
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BackupsPage:
    """Newest first; polled while a job is at work (``poll_url`` not empty)."""

    template: ClassVar[str] = "backups.html"
    title: str
    warning: str
    schedule: str
    change_schedule: Action | None = None
    next: str = ""  #: when the next one is due
    room: str = ""  #: the folder, and what its disk takes
    actions: tuple[Action, ...] = ()
    jobs: tuple[JobView, ...] = ()  #: at work, or given up since the newest backup
    backups: tuple[BackupView, ...] = ()
    restore: str = ""  #: the command
    poll_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, kw_only=True)
class BackupDownload:
    """Asks for the password again before a backup goes to the browser."""

    template: ClassVar[str] = "backup_download.html"
    title: str
    text: str
    back_url: str
    form: SetPassword
