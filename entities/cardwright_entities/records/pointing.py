"""What points to a record that goes away: refused while in use, or cleared if the link says so."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, and_, select

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.loading import Loader
from cardwright_entities.store.sessions import Session

#: Of the entries of a ledger: which one takes it back, and which one it takes back.
REVERSED_BY = "reversed_by"
_PAIRED = (REVERSED_BY, "reverses")


class Gate(Protocol):
    """What letting go needs of the write gate."""

    session: Session
    model: Model
    loader: Loader

    def write_quietly(self, draft: Draft, change_set: int) -> None:
        """Write what the engine itself decided."""
        ...


def let_go(
    gate: Gate, draft: Draft, change_set: int, together: frozenset[int] = frozenset()
) -> None:
    """Clear the links that allow it; raise ConflictError while another record holds on.

    ``together``: records of the same entity that go away too; neither they nor the record
    itself hold anything.
    """
    model = gate.model
    going = [*together, *([draft.id] if draft.id is not None else [])]
    for entity, found in model.links_to(draft.entity):
        if found.definition.system or not found.columns:
            continue
        condition = _points_here(entity, found, draft)
        if entity.name == draft.entity.name:
            condition = and_(condition, entity.table.c["id"].not_in(going))
        on_delete = found.definition.options.get("on_delete", "restrict")
        if on_delete == "keep":
            continue
        if on_delete == "clear":
            _clear(gate, entity, found, condition, change_set)
            continue
        table = entity.table
        wanted = [table.c["deleted_at"].is_(None), condition]
        if together and entity.definition.kept:
            # What was posted went to the one that stays: here it is entered and taken back.
            if REVERSED_BY not in entity.fields:
                continue
            wanted += [table.c[entity.fields[each].columns[0].name].is_(None) for each in _PAIRED]
        if entity.definition.owner == draft.entity.name:
            # Its own lines go with it.
            wanted.append(table.c["head"] != draft.id)
        if gate.session.row(select(table.c["id"]).where(*wanted).limit(1)) is not None:
            raise ConflictError(Message("still_in_use"))


def _points_here(entity: EntityModel, found: FieldModel, draft: Draft) -> ColumnElement[bool]:
    table = entity.table
    condition = table.c[found.columns[0].name] == draft.id
    if found.type.relation == "any":
        key = draft.entity.key
        condition = and_(condition, table.c[found.columns[1].name] == key)
    return condition


def _clear(
    gate: Gate,
    entity: EntityModel,
    found: FieldModel,
    condition: ColumnElement[bool],
    change_set: int,
) -> None:
    for values in gate.loader.where(entity, condition):
        draft = Draft(entity, {**values, found.name: None}, values, given={found.name})
        gate.write_quietly(draft, change_set)
