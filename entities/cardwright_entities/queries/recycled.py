"""The recycle bin of all entities: what was deleted, when and by whom, as far as one may read it.

One statement over all entities, by the same names, rights and search as their lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sources import Joins
from cardwright_entities.store.sessions import Session

#: Entities of one statement at most: engines refuse much longer ones.
_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class BinRequest:
    """What of the bin is asked for."""

    search: str = ""
    account: int | None = None  #: who deleted it
    before: datetime | None = None  #: deleted before a moment
    after: str = ""  #: where the page before ended
    limit: int = 50
    oldest: bool = False  #: the oldest first: what points went before what it points at


@dataclass(frozen=True)
class Recycled:
    """One deleted record; ``by`` is an account, None for the system or where it is not told."""

    entity: str
    id: int
    at: datetime
    by: int | None

    @property
    def mark(self) -> str:
        """Return where a page ends that ends here."""
        return f"{self.at.isoformat()}|{self.entity}|{self.id}"


def read_bin(
    session: Session,
    reading: Reading,
    entities: Iterable[tuple[EntityModel, str]],
    asked: BinRequest,
) -> list[Recycled]:
    """Return deleted records in order of time; each entity comes with the right of its rows."""
    known = sorted(entities, key=lambda each: each[0].name)
    found: list[Recycled] = []
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        names = [entity.name for entity, _ in some]
        parts = [
            _rows(reading, entity, action, asked, number)
            for number, (entity, action) in enumerate(some)
        ]
        for row in session.rows(_together(parts, asked)):
            found.append(Recycled(names[row[0]], row[1], row[2], row[3]))
    found.sort(key=lambda each: (each.at, each.entity, each.id), reverse=not asked.oldest)
    return found[: asked.limit]


def count_bin(
    session: Session,
    reading: Reading,
    entities: Iterable[tuple[EntityModel, str]],
    asked: BinRequest,
) -> dict[str, int]:
    """Return how many deleted records there are of each entity that has any."""
    known = sorted(entities, key=lambda each: each[0].name)
    counts: dict[str, int] = {}
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        parts = []
        for number, (entity, action) in enumerate(some):
            names, condition = _opened(reading, entity, action, replace(asked, after=""))
            counted = select(literal(number), func.count()).select_from(_clause(names))
            parts.append(counted.where(condition))
        rows = session.rows(union_all(*parts)) if parts else []
        counts |= {some[row[0]][0].name: row[1] for row in rows if row[1]}
    return counts


def lines_with(
    session: Session, reading: Reading, entity: EntityModel, records: Sequence[int]
) -> dict[int, int]:
    """Return how many lines went with each deleted record of an entity that one may read."""
    counts: dict[int, int] = {}
    head = entity.table
    for each in entity.lines:
        if not reading.has_field(entity, each.name):
            continue
        table = reading.model.lines_of(entity, each.name).table
        together = and_(
            table.c["head"] == head.c["id"], table.c["deleted_at"] == head.c["deleted_at"]
        )
        counted = (
            select(head.c["id"], func.count())
            .join(table, together)
            .where(head.c["id"].in_(list(records)))
            .group_by(head.c["id"])
        )
        for record, number in session.rows(counted):
            counts[record] = counts.get(record, 0) + number
    return counts


def _rows(
    reading: Reading, entity: EntityModel, action: str, asked: BinRequest, number: int
) -> Select[Any]:
    names, condition = _opened(reading, entity, action, asked)
    source = names.source
    may_know = reading.has_field(entity, "changed_by")
    who = source.c["changed_by"] if may_know else sql_cast(null(), BigInteger)
    at, record = source.c["deleted_at"], source.c["id"]
    wanted = select(
        literal(number, Integer).label("entity"),
        record.label("id"),
        at.label("at"),
        who.label("by"),
    )
    order = [at, record] if asked.oldest else [at.desc(), record.desc()]
    return wanted.select_from(_clause(names)).where(condition).order_by(*order).limit(asked.limit)


def _opened(
    reading: Reading, entity: EntityModel, action: str, asked: BinRequest
) -> tuple[RecordNames, ColumnElement[bool]]:
    request = PageRequest(entity=entity.name, deleted=True, action=action, search=asked.search)
    names, condition = open_records(reading, entity, request)
    source = names.source
    parts = [condition]
    if asked.before is not None:
        parts.append(source.c["deleted_at"] < asked.before)
    if asked.account is not None:
        may_know = reading.has_field(entity, "changed_by")
        parts.append(source.c["changed_by"] == asked.account if may_know else false())
    if asked.after:
        parts.append(_behind(entity, source, asked))
    return names, and_(*parts)


def _behind(entity: EntityModel, source: FromClause, asked: BinRequest) -> ColumnElement[bool]:
    """Return the condition of what comes after the end of a page."""
    moment, name, record = asked.after.split("|")
    at, last = source.c["deleted_at"], datetime.fromisoformat(moment)
    later = at > last if asked.oldest else at < last
    if entity.name == name:
        own, end = source.c["id"], int(record)
        return or_(later, and_(at == last, own > end if asked.oldest else own < end))
    return or_(later, at == last) if (entity.name > name) == asked.oldest else later


def read_mark(text: str) -> str:
    """Return where a page ended, empty for what never came from one."""
    parts = text.split("|")
    try:
        moment = datetime.fromisoformat(parts[0])
        moment.astimezone(UTC)
    except (ValueError, OverflowError):  # in some zones there are moments that UTC has not
        return ""
    whole = len(parts) == 3 and moment.tzinfo is not None and parts[2].isascii()
    return text if whole and parts[2].isdigit() and len(parts[2]) < 16 else ""


def _together(parts: Sequence[Select[Any]], asked: BinRequest) -> Select[Any]:
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    keys = [every.c["at"], every.c["entity"], every.c["id"]]
    order = keys if asked.oldest else [key.desc() for key in keys]
    return select(every).order_by(*order).limit(asked.limit)


def _clause(names: RecordNames) -> FromClause:
    return cast(Joins, names.joins).clause
