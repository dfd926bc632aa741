"""联查: where a record came from and what was made of it, over several steps.

Nothing is kept for it: the links by which conversions know their sources say it all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, cast

from sqlalchemy import select

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.strands import (
    Strand,
    furthers_from,
    furthers_into,
    strands_from,
    strands_into,
)
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sources import Joins
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.gate import Records
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.tree import Expression

#: Steps that are followed each way, records that are shown, records named in a refusal.
MOST_STEPS = 6
MOST_RECORDS = 200
MOST_NAMED = 5


class Desk(Protocol):
    """What reading a chain needs of a desk."""

    session: Session

    @property
    def reading(self) -> Reading:
        """Return what every read of this transaction shares."""
        ...


@dataclass(frozen=True, order=True)
class Edge:
    """One record was made from another by a conversion."""

    conversion: str
    source: tuple[str, int]
    target: tuple[str, int]


@dataclass(frozen=True)
class Linked:
    """One record of a chain: how many steps away it stands, below zero for where it came from."""

    record: RecordRef
    step: int
    title: str


@dataclass(frozen=True)
class Chain:
    """The records around one record, the nearest first, and what was made from what."""

    records: tuple[Linked, ...] = ()
    edges: tuple[Edge, ...] = ()
    cut: bool = False  #: there is more than is shown


def read_chain(desk: Desk, entity: str, record: int) -> Chain:
    """Return the chain of a record, as far as the reader may see each of its records."""
    walk = _Walk(desk.session, desk.reading)
    start = (entity, record)
    walk.follow(start, forward=False)
    walk.follow(start, forward=True)
    return walk.chain(start)


def later_documents(gate: Records, entity: str, record: int) -> list[RecordRef]:
    """Return what was made from a record and still counts, whoever may see it.

    What stands further down stands in the way of taking the record back: ask this before a move
    that reverses, before 反审核, before a void; ``refuse_later`` puts it into words.
    """
    reading = gate.beyond_rights().reading
    edges = _edges_from(gate.session, reading, entity, [record], counting=True)
    return [RecordRef(*each) for each in sorted({edge.target for edge in edges})]


def later_message(gate: Records, entity: str, record: int) -> Message | None:
    """Return what is said of the later documents of a record, None where there are none.

    Those that the principal may not see are only counted.
    """
    return _named("later_documents", gate, later_documents(gate, entity, record))


def open_message(
    gate: Records, entity: str, record: int, waits_for: Mapping[str, Expression]
) -> Message | None:
    """Return what is said of the documents for which a move of a record waits, None without any.

    ``waits_for`` says by entity which of those that were made from the record are still open.
    """
    reading = gate.beyond_rights().reading
    made = {edge.target for edge in _edges_from(gate.session, reading, entity, [record])}
    found: list[RecordRef] = []
    for name, condition in waits_for.items():
        ids = sorted(each for kind, each in made if kind == name)
        if ids:
            found += _holding(gate.session, reading, name, ids, condition)
    return _named("open_documents", gate, found)


def _holding(
    session: Session, reading: Reading, entity: str, ids: Sequence[int], condition: Expression
) -> list[RecordRef]:
    where = typed_condition(reading, entity, condition.tree)
    model = reading.model.entity(entity)
    names, holds = open_records(reading, model, PageRequest(entity=entity, where=where))
    column: Any = names.source.c["id"]
    statement = (
        select(column)
        .select_from(cast(Joins, names.joins).clause)
        .where(holds, column.in_(ids))
        .order_by(column)
    )
    return [RecordRef(entity, int(row[0])) for row in session.rows(statement)]


def _named(code: str, gate: Records, found: Sequence[RecordRef]) -> Message | None:
    if not found:
        return None
    titles = _titles_of(gate, found).values()
    named = [title for title in titles if title][:MOST_NAMED]
    return Message.of(code, count=len(found), names=", ".join(named))


def refuse_later(gate: Records, entity: str, record: int) -> None:
    """Raise ConflictError with the later documents of a record, if it has any."""
    message = later_message(gate, entity, record)
    if message is None:
        return
    titles = _titles_of(gate, later_documents(gate, entity, record))
    documents = [{"entity": name, "id": number} for name, number in sorted(titles)]
    raise ConflictError(message, {"documents": documents})


def _titles_of(gate: Records, found: Sequence[RecordRef]) -> dict[tuple[str, int], str]:
    titles: dict[tuple[str, int], str] = {}
    for name in sorted({each.entity for each in found}):
        ids = [each.id for each in found if each.entity == name]
        titles |= titles_of(gate.session, gate.reading, name, ids)
    return titles


class _Walk:
    """Follows the edges from one record, step by step."""

    def __init__(self, session: Session, reading: Reading) -> None:
        self._session = session
        self._reading = reading
        self._steps: dict[tuple[str, int], int] = {}
        self._titles: dict[tuple[str, int], str] = {}
        self._edges: set[Edge] = set()
        self._cut = False

    def follow(self, start: tuple[str, int], *, forward: bool) -> None:
        """Take in what lies one way from a record."""
        here = {start}
        seen = {start}
        for step in range(1, MOST_STEPS + 1):
            found = self._beyond(here, forward=forward)
            here = {end for end, _ in found} - seen
            self._edges |= {edge for _, edge in found}
            seen |= here
            for each in here:
                self._steps.setdefault(each, step if forward else -step)
            if not here or len(self._steps) > MOST_RECORDS:
                break
        self._cut = self._cut or bool(here)

    def chain(self, start: tuple[str, int]) -> Chain:
        """Return what was found, nearest first."""
        order = sorted(self._steps, key=lambda each: (abs(self._steps[each]), each))
        shown = [each for each in order if each != start][:MOST_RECORDS]
        kept = {start, *shown}
        return Chain(
            tuple(
                Linked(RecordRef(*each), self._steps[each], self._titles.get(each, ""))
                for each in shown
            ),
            tuple(sorted(e for e in self._edges if e.source in kept and e.target in kept)),
            self._cut,
        )

    def _beyond(
        self, here: Iterable[tuple[str, int]], *, forward: bool
    ) -> list[tuple[tuple[str, int], Edge]]:
        edges: list[Edge] = []
        for entity in sorted({name for name, _ in here}):
            ids = sorted(record for name, record in here if name == entity)
            edges += (_edges_from if forward else _edges_into)(
                self._session, self._reading, entity, ids
            )
        ends = [(edge.target if forward else edge.source, edge) for edge in edges]
        seen = self._visible({end for end, _ in ends})
        return [(end, edge) for end, edge in ends if end in seen]

    def _visible(self, ends: set[tuple[str, int]]) -> set[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        for name in sorted({entity for entity, _ in ends}):
            entity = self._reading.model.entity(name)
            ids = sorted(record for each, record in ends if each == name)
            table = entity.table
            statement = select(table.c["id"]).where(
                table.c["id"].in_(ids),
                table.c["deleted_at"].is_(None),
                rows_condition(self._reading, entity, table),
            )
            seen = [int(row[0]) for row in self._session.rows(statement)]
            found |= {(name, record) for record in seen}
            self._titles |= titles_of(self._session, self._reading, name, seen)
        return found


def _edges_from(
    session: Session,
    reading: Reading,
    entity: str,
    ids: Sequence[int],
    *,
    counting: bool = False,
) -> list[Edge]:
    edges: set[Edge] = set()
    model = reading.model
    for strand in chain(strands_from(model, entity), furthers_from(model, entity)):
        heads = _heads_of_lines(session, strand.source, ids) if strand.from_lines else None
        sources = list(heads) if heads is not None else list(ids)
        for link, target in _links(session, reading, strand, "link", sources, counting=counting):
            source = link if heads is None else heads[link]
            edges.add(_edge(strand, source, target))
    return _between_records(edges)


def _edges_into(session: Session, reading: Reading, entity: str, ids: Sequence[int]) -> list[Edge]:
    edges: set[Edge] = set()
    model = reading.model
    for strand in chain(strands_into(model, entity), furthers_into(model, entity)):
        links = _links(session, reading, strand, "target", list(ids))
        heads: Mapping[int, int] | None = None
        if strand.from_lines:
            heads = _heads_by_line(session, strand.source, [link for link, _ in links])
        for link, target in links:
            source = link if heads is None else heads.get(link, 0)
            edges.add(_edge(strand, source, target))
    return _between_records(edges)


def _between_records(edges: Iterable[Edge]) -> list[Edge]:
    """Return the edges that lead on: lines made from lines of their own head lead nowhere."""
    return sorted(each for each in edges if each.source != each.target)


def _edge(strand: Strand, source: int, target: int) -> Edge:
    return Edge(
        strand.conversion.name,
        (strand.source_head.name, source),
        (strand.target_head.name, target),
    )


def _links(
    session: Session,
    reading: Reading,
    strand: Strand,
    side: str,
    ids: Sequence[int],
    *,
    counting: bool = False,
) -> list[tuple[int, int]]:
    """Return (source's part, target's head) of all readable targets on one side."""
    if not ids or not reading.has_field(strand.target, strand.link.name):
        return []
    counts = strand.definition.counts if counting else None
    where = None if counts is None else typed_condition(reading, strand.target.name, counts.tree)
    request = PageRequest(entity=strand.target.name, where=where)
    names, condition = open_records(reading, strand.target, request)
    link: Any = names.cells((strand.link.name,))[1][0]
    head: Any = names.source.c["head" if strand.definition.to else "id"]
    statement = (
        select(link, head)
        .select_from(cast(Joins, names.joins).clause)
        .where(condition, link.is_not(None), (link if side == "link" else head).in_(ids))
        .distinct()
        .limit(MOST_RECORDS * 10)
    )
    return [(int(row[0]), int(row[1])) for row in session.rows(statement)]


def _heads_of_lines(session: Session, line: EntityModel, heads: Sequence[int]) -> dict[int, int]:
    """Return the head of each line of some heads."""
    table = line.table
    statement = select(table.c["id"], table.c["head"]).where(table.c["head"].in_(list(heads)))
    return {int(row[0]): int(row[1]) for row in session.rows(statement)}


def _heads_by_line(session: Session, line: EntityModel, ids: Sequence[int]) -> dict[int, int]:
    """Return the head of each of some lines."""
    table = line.table
    statement = select(table.c["id"], table.c["head"]).where(table.c["id"].in_(sorted(set(ids))))
    return {int(row[0]): int(row[1]) for row in session.rows(statement)}
