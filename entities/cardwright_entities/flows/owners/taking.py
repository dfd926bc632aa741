"""What is said to those who come too late: who has a record now, if they may know."""

from __future__ import annotations

from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.gate import Records

#: Said of a record that is not there for somebody, whether it ever was or not.
NOT_IN_POOL = Message("not_in_pool")


def taken(gate: Records, entity: EntityModel, record: int, owner: object) -> Message:
    """Return that a record has been taken, and by whom where its owner may be read.

    For whoever may no longer read it, it is as little there as any that never was.
    """
    condition = rows_condition(gate.reading, entity, entity.table, "read")
    if not gate.loader.records(entity, [record], condition=condition):
        return NOT_IN_POOL
    if isinstance(owner, RecordRef) and "owner" in gate.reading.readable(entity):
        titles = titles_of(gate.session, gate.reading, owner.entity, [owner.id])
        title = titles.get((owner.entity, owner.id))
        if title:
            return Message.of("pool_taken_by", name=title)
    return Message("pool_taken")
