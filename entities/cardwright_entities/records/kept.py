"""Values that the engine keeps in records of others: no new version, nothing in history.

How much of an order is still open is no edit of the order: whoever edits it meanwhile is not in
conflict, and an undo has nothing to take back. What follows from a write follows all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.computing import settle_rates
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept_values import refresh
from cardwright_entities.records.loading import to_cells
from cardwright_entities.store.sessions import Session


def write_kept(gate: Records, drafts: Sequence[Draft], change_set: int) -> None:
    """Store what was changed in drafts of stored records, and what follows from it."""
    written: list[Written] = []
    for draft in drafts:
        if not draft.changed():
            continue
        if is_closed(draft.values):
            settle_rates(draft, gate.evaluator, Messages())
        else:
            refresh(gate.evaluator, draft)
        cells = to_cells(draft.entity, draft.changed(), draft.rate)
        table = draft.entity.table
        gate.session.execute(update(table).where(table.c["id"] == draft.id).values(cells))
        gate.loader.forget(draft.entity, draft.id or 0)
        written.append(Written(draft, "update"))
    if written:
        for effect in gate.effects:
            effect.follow(gate, written, change_set)


def lock_rows(session: Session, entity: EntityModel, ids: Sequence[int]) -> None:
    """Keep others from changing some records until the transaction ends, in the order of ids.

    Weaker than the lock of an edit by people: records that point here may be stored meanwhile, as
    two who pull from one order at the same time both do before they come to lock it.
    """
    if session.dialect != "postgresql" or not ids:
        return
    table = entity.table
    statement = select(table.c["id"]).where(table.c["id"].in_(sorted(set(ids))))
    session.rows(statement.order_by(table.c["id"]).with_for_update(key_share=True))
