"""Approvals: how one stands, on the card of its record, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.lists import Empty


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """One person in one step. ``tone``: done, now, later, lost."""

    step: str
    who: str
    state: str
    tone: str
    icon: str
    when: str = ""
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One submission of a record; ``coming`` are the steps that may still come."""

    title: str
    who: str
    when: str
    opinions: tuple[Opinion, ...] = ()
    coming: str = ""
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalPanel:
    """Who agreed, who is asked and what they said, the newest submission first."""

    template: ClassVar[str] = "parts/approval.html"
    submissions: tuple[Submission, ...] = ()
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One record that waits for the reader's approval."""

    title: str
    url: str
    entity: str
    step: str
    who: str
    when: str
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalsPage:
    """待我审批: the oldest first."""

    template: ClassVar[str] = "approvals.html"
    title: str
    waiting: tuple[Waiting, ...] = ()
    more: str = ""
    empty: Empty | None = None
