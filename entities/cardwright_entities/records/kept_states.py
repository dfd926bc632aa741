"""By which definition the stored values of a field were computed, and when they were looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from cardwright_entities.model.dependencies import Place
from cardwright_entities.model.model import Model
from cardwright_entities.model.reaching import COMPUTED, formula_of, kept_fields
from cardwright_entities.records.sampling import Checked
from cardwright_entities.store.kept_tables import cw_kept
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.text import write

#: Stands for no field: up to which commit all values are computed.
COMMIT = ""


@dataclass(frozen=True)
class KeptState:
    """What is known of one field's stored values."""

    hash: str
    checked_at: datetime | None
    checked: int | None
    differences: int | None


def read_states(session: Session) -> dict[str, KeptState]:
    """Return what is known, by the id of the field."""
    columns = (cw_kept.c.field, cw_kept.c.hash, cw_kept.c.checked_at, cw_kept.c.checked)
    rows = session.rows(select(*columns, cw_kept.c.differences))
    return {row[0]: KeptState(*row[1:]) for row in rows}


def note_computed(session: Session, hashes: Mapping[str, str], moment: datetime) -> None:
    """Note by which definitions fields are computed now."""
    if not hashes:
        return
    session.execute(delete(cw_kept).where(cw_kept.c.field.in_(list(hashes))))
    rows = [
        {"field": field, "hash": digest, "computed_at": moment} for field, digest in hashes.items()
    ]
    session.insert_many(cw_kept, rows)


def note_checked(
    session: Session, model: Model, checked: Iterable[Checked], moment: datetime
) -> None:
    """Note what a look at the values has found."""
    for each in checked:
        entity = model.entity(each.entity)
        for field in kept_fields(entity):
            wrong = sum(1 for one in each.differences if one.field == field.name)
            values = {"checked_at": moment, "checked": each.records, "differences": wrong}
            where = cw_kept.c.field == field.definition.id
            session.execute(update(cw_kept).where(where).values(values))


def hashes_of(model: Model) -> dict[Place, str]:
    """Return the hash of all that decides about each kept value: it, and what it reads."""
    found: dict[Place, str] = {}
    for name, definition in model.catalog.entities.items():
        if definition.retired:
            continue
        for field in kept_fields(model.entity(name)):
            _hash(model, (name, field.name), found, frozenset())
    return {
        place: digest
        for place, digest in found.items()
        if model.entity(place[0]).fields[place[1]].columns
    }


def depth_of(model: Model, place: Place, asked: frozenset[Place] = frozenset()) -> int:
    """Return how many kept or computed values stand one behind the other up to a value."""
    if place in asked:
        return 0
    reads = model.graph.reads_of(*place)
    deeper = asked | {place}
    return 1 + max((depth_of(model, each.place, deeper) for each in reads), default=0)


def _hash(model: Model, place: Place, found: dict[Place, str], asked: frozenset[Place]) -> str:
    if place in found or place in asked:
        return found.get(place, "")
    field = model.entity(place[0]).fields[place[1]]
    if field.type.computed not in COMPUTED:
        return ""
    reads = sorted({each.place for each in model.graph.reads_of(*place)})
    below = [_hash(model, each, found, asked | {place}) for each in reads]
    options = field.definition.options
    said = (write(formula_of(field).tree), options.get("returns"), options.get("scale"))
    columns = [f"{column.name} {column.type!r}" for column in field.columns]
    text = repr((said, columns, below))
    found[place] = hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
    return found[place]
