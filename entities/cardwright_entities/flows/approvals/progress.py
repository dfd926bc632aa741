"""How an approval stands: for the record's card, and for who is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from cardwright_entities.flows.approvals.kept import Kept, Task, asked_of, kept_of, tasks_of
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.approvals import ApprovalDefinition
from cardwright_metadata.definitions.texts import Text

#: Submissions of one record that are shown.
MOST_SHOWN = 10


class Desk(Protocol):
    """What reading approvals needs of a desk."""

    session: Session

    @property
    def reading(self) -> Reading:
        """Return what every read of this transaction shares."""
        ...


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One submission of a record, with everybody who is or was asked."""

    kept: Kept
    definition: ApprovalDefinition
    tasks: tuple[Task, ...]

    def label_of(self, step: str) -> Text:
        """Return the words of a step."""
        found = self.definition.steps.get(step)
        return found.label if found is not None else Text()

    def coming(self) -> tuple[str, ...]:
        """Return the steps that may still come."""
        names = tuple(self.definition.steps)
        if self.kept.state != "running" or self.kept.step not in names:
            return ()
        return names[names.index(self.kept.step) + 1 :]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question that waits for somebody, about a record that he may read."""

    entity: str
    record: int
    title: str
    approval: str
    label: Text
    step: str
    step_label: Text
    account: int | None  #: who submitted
    asked_at: datetime | None


def progress_of(desk: Desk, entity: str, record: int) -> tuple[Progress, ...]:
    """Return the submissions of a record that its reader may see, newest first."""
    model = desk.reading.model
    found = kept_of(desk.session, model.entity(entity).key, record, MOST_SHOWN)
    return tuple(
        Progress(
            kept=each,
            definition=model.catalog.kept_approval(each.flow),
            tasks=tuple(tasks_of(desk.session, each.id)),
        )
        for each in found
    )


def asked_now(desk: Desk, limit: int) -> list[Asked]:
    """Return what waits for the reader, the oldest first, about records that he may read."""
    found = asked_of(desk.session, desk.reading.context.principal, limit)
    made = [each for pair in found if (each := _asked(desk, *pair)) is not None]
    titles = _titles(desk, made)
    return [
        replace(each, title=titles[each.entity, each.record])
        for each in made
        if (each.entity, each.record) in titles
    ]


def _titles(desk: Desk, asked: Sequence[Asked]) -> Titles:
    titles: Titles = {}
    for entity in sorted({each.entity for each in asked}):
        records = [each.record for each in asked if each.entity == entity]
        titles |= titles_of(desk.session, desk.reading, entity, records)
    return titles


def _asked(desk: Desk, task: Task, kept: Kept) -> Asked | None:
    model = desk.reading.model
    entity = model.by_id(kept.entity)
    if entity is None:
        return None
    definition = model.catalog.kept_approval(kept.flow)
    step = definition.steps.get(task.step)
    return Asked(
        entity=entity.name,
        record=kept.record,
        title="",
        approval=definition.name,
        label=definition.label,
        step=task.step,
        step_label=step.label if step is not None else Text(),
        account=kept.account,
        asked_at=task.asked_at,
    )
