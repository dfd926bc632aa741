"""Where records went that were merged into others: what was said of them is said of who stayed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import and_, func, or_, select

from cardwright_entities.store.platform_tables import cw_change, cw_change_set
from cardwright_entities.store.sessions import Session

#: The kind of a change set that makes one record of several; its label is ``#`` and who stays.
MERGE = "merge"

#: A record: the id of its entity, and its own.
Known = tuple[str, int]


def merged_into(session: Session, records: Collection[Known]) -> Mapping[Known, int]:
    """Return who stayed, for those of some records that a merge moved to the recycle bin.

    Who stayed may have been merged since: then it is the last one that counts.
    """
    found: dict[Known, int] = {}
    asked = set(records)
    while asked:
        hops = _hops(session, asked)
        found |= hops
        asked = {(entity, stays) for (entity, _), stays in hops.items()} - found.keys()
    return {each: _last(found, each) for each in records if each in found}


def _hops(session: Session, records: Collection[Known]) -> dict[Known, int]:
    """Return who stayed in the merge that a record went with, and has not come back from."""
    by_entity: defaultdict[str, list[int]] = defaultdict(list)
    for entity, record in sorted(records):
        by_entity[entity].append(record)
    # One that is restored has gone and come back; edits in the recycle bin there are none.
    newest = (
        select(func.max(cw_change.c.id))
        .where(
            or_(
                *(
                    and_(cw_change.c.entity == entity, cw_change.c.record.in_(ids))
                    for entity, ids in by_entity.items()
                )
            ),
            cw_change.c.op.in_(["delete", "restore"]),
        )
        .group_by(cw_change.c.entity, cw_change.c.record)
    )
    statement = (
        select(cw_change.c.entity, cw_change.c.record, cw_change_set.c.label)
        .join(cw_change_set, cw_change_set.c.id == cw_change.c.change_set)
        .where(
            cw_change.c.id.in_(newest), cw_change.c.op == "delete", cw_change_set.c.kind == MERGE
        )
    )
    return {(row[0], row[1]): int(row[2][1:]) for row in session.rows(statement)}


def _last(hops: Mapping[Known, int], record: Known) -> int:
    # Who was merged is gone, and who stayed was there: the way never comes back.
    while record in hops:
        record = record[0], hops[record]
    return record[1]
