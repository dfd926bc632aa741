"""Names that stand for records of one entity: those shared with whoever reads, those he marked."""

from __future__ import annotations

from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.marks.reaching import Marked, is_marked, marked_ids, marked_records
from cardwright_entities.model.model import Model
from cardwright_entities.shares.reaching import LEVELS, shared_ids, shared_records
from cardwright_entities.store.sessions import Session


def is_record_set(name: str) -> bool:
    """Tell whether a name, as it is written with its entity, stands for such records."""
    return name.partition(".")[0] in LEVELS or is_marked(name)


def entity_of_set(name: str) -> str:
    """Return the entity of whose records a name speaks."""
    return Marked.read(name).entity if is_marked(name) else name.partition(".")[2]


def ids_of_set(model: Model, context: Context, name: str) -> Any | None:  # noqa: ANN401 - one select, or several
    """Return a select of the records that a name means to a reader; None if there can be none."""
    if is_marked(name):
        return marked_ids(model, context, name)
    root, entity = name.split(".")
    return shared_ids(model, context, root, entity)


def records_of_set(session: Session, model: Model, name: str) -> tuple[RecordRef, ...]:
    """Return the records that a name means to whoever reads."""
    return (marked_records if is_marked(name) else shared_records)(session, model, name)
