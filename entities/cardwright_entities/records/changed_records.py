"""What a save changed, record by record, as those want to know who compute from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.effects import Written
from cardwright_entities.records.loading import Loader, Values, stored_columns, to_values
from cardwright_entities.store.sessions import Session


class Gate(Protocol):
    """What telling changes needs of the write gate."""

    session: Session
    model: Model
    loader: Loader


@dataclass(frozen=True, eq=False)
class Change:
    """One record before and after; None where it was not there, or is no longer."""

    entity: EntityModel
    record: int
    old: Values | None
    new: Values | None

    @property
    def is_presence(self) -> bool:
        """Tell whether the record came or went."""
        return self.old is None or self.new is None

    def touches(self, fields: frozenset[str]) -> bool:
        """Tell whether one of some fields changed."""
        if self.old is None or self.new is None:
            return True
        old, new = self.old, self.new
        return any(old.get(name) != new.get(name) for name in fields)


def changes_of(gate: Gate, written: Sequence[Written]) -> list[Change]:
    """Return every record that a write changed, lines included."""
    return [change for each in written for change in _changes(gate, each)]


def _changes(gate: Gate, written: Written) -> Iterator[Change]:
    draft = written.draft
    if written.operation in ("delete", "restore"):
        gone = written.operation == "delete"
        yield _presence(draft.entity, dict(draft.values), gone)
        for line, values in _lines_that_went_along(gate, draft, gone):
            yield _presence(line, values, gone)
        return
    for each in draft.walk():
        if each.id is not None:
            yield Change(each.entity, each.id, each.stored, each.values)
        for removed in each.removed:
            yield _presence(removed.entity, dict(removed.stored or removed.values), gone=True)


def _presence(entity: EntityModel, values: Values, gone: bool) -> Change:
    record = int(str(values["id"]))
    return Change(entity, record, values, None) if gone else Change(entity, record, None, values)


def _lines_that_went_along(
    gate: Gate, head: Draft, gone: bool
) -> Iterator[tuple[EntityModel, Values]]:
    for each in head.entity.lines:
        line = gate.model.lines_of(head.entity, each.name)
        if line.name not in gate.model.reaches:
            continue
        deleted_at = line.table.c["deleted_at"]
        moment = head.values.get("deleted_at")
        state = deleted_at == moment if gone else deleted_at.is_(None)
        statement = select(*stored_columns(line)).where(line.table.c["head"] == head.id, state)
        for row in gate.session.rows(statement):
            yield line, to_values(line, row)
