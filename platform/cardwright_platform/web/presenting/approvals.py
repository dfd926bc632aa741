"""Approvals → the panel of a card and the page of what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.flows.approvals.kept import Task
from cardwright_entities.flows.approvals.progress import Progress, asked_now, progress_of
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.approvals import (
    ApprovalPanel,
    ApprovalsPage,
    Opinion,
    Submission,
    Waiting,
)
from cardwright_platform.views.lists import Empty
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url

#: Questions that the page shows.
MOST = 100

#: State of a task → how it looks.
_TONES = {
    "open": ("now", "clock"),
    "waiting": ("later", "clock"),
    "agreed": ("done", "check"),
    "rejected": ("lost", "x"),
    "returned": ("lost", "arrow-back-up"),
    "handed_on": ("done", "user-share"),
}


def approval_panel(desk: Desk, reader: Reader, entity: EntityModel, record: int) -> ApprovalPanel:
    """Return how the approvals of a record stand and stood."""
    found = progress_of(desk, entity.name, record)
    accounts = {each.kept.account for each in found}
    for progress in found:
        accounts |= {task.account for task in progress.tasks}
        accounts |= {task.decided_by for task in progress.tasks}
    names = names_of_accounts(desk.session, {each for each in accounts if each is not None})
    return ApprovalPanel(
        submissions=tuple(_submission(reader, each, names) for each in found),
        empty=reader.t("approval.none"),
    )


def approvals_page(desk: Desk, reader: Reader) -> ApprovalsPage:
    """Return what waits for the reader."""
    found = asked_now(desk, MOST + 1)
    names = names_of_accounts(desk.session, {each.account for each in found if each.account})
    return ApprovalsPage(
        title=reader.t("approvals.title"),
        waiting=tuple(
            Waiting(
                title=each.title or f"#{each.record}",
                url=card_url(each.entity, each.record),
                entity=reader.entity_label(desk.model.entity(each.entity)),
                icon=desk.model.entity(each.entity).definition.icon,
                step=reader.text(each.step_label, each.step),
                who=names.get(each.account or 0, ""),
                when=_when(reader, each.asked_at),
            )
            for each in found[:MOST]
        ),
        more=reader.t("chain.more") if len(found) > MOST else "",
        empty=None
        if found
        else Empty(
            title=reader.t("approvals.empty"), text=reader.t("approvals.empty_text"), kind="done"
        ),
    )


def _submission(reader: Reader, progress: Progress, names: Mapping[int, str]) -> Submission:
    kept = progress.kept
    coming = [reader.text(progress.label_of(each), each) for each in progress.coming()]
    return Submission(
        title=reader.t(f"approval.state.{kept.state}"),
        who=names.get(kept.account or 0, ""),
        when=_when(reader, kept.began_at),
        opinions=tuple(_opinion(reader, progress, each, names) for each in progress.tasks),
        coming=reader.t("approval.coming", steps=" → ".join(coming)) if coming else "",
        comment=kept.comment,
    )


def _opinion(reader: Reader, progress: Progress, task: Task, names: Mapping[int, str]) -> Opinion:
    tone, icon = _TONES.get(task.state, ("later", "minus"))
    who = names.get(task.account or task.decided_by or 0, "")
    return Opinion(
        step=reader.text(progress.label_of(task.step), task.step),
        who=who or reader.t("approval.administrator"),
        state=reader.t(f"approval.task.{task.state}"),
        tone=tone,
        icon=icon,
        when=_when(reader, task.decided_at or task.asked_at),
        comment=task.comment,
    )


def _when(reader: Reader, moment: datetime | None) -> str:
    return "" if moment is None else reader.locale.datetime(moment)
