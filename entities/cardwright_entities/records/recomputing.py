"""Stored values after their definition changed: computed for all records, never for closed ones.

Set by set: one statement a batch where the engine of the database can compute it, record by record
where only Python can. What is done is noted, so that a crash only means that it is done again.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.exc import DBAPIError

from cardwright_entities.contexts import Context
from cardwright_entities.errors import CardwrightError
from cardwright_entities.expressions.sql import compile_stored
from cardwright_entities.model.currencies import is_in_currency
from cardwright_entities.model.dependencies import Place
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.reaching import formula_of
from cardwright_entities.queries.names import RecordNames
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sources import Sources
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept_states import (
    COMMIT,
    depth_of,
    hashes_of,
    note_computed,
    read_states,
)
from cardwright_entities.records.kept_values import compute_again
from cardwright_entities.records.long_work import Desk, Engine
from cardwright_entities.records.reached import Wanted
from cardwright_metadata.closing import FROZEN_AT

#: Ids that the first statement computes and any at most, and that Python computes in one
#: transaction.
SET_BATCH, MOST_BATCH, PYTHON_BATCH = 50_000, 800_000, 500
#: Seconds that a transaction may keep others waiting: sooner done, the next takes twice as many
#: records, later done, half as many.
_SHORT, _LONG = 0.1, 0.5
#: Kinds whose values a statement stores as Python would.
_IN_STATEMENTS = frozenset({"decimal", "date", "boolean"})


@dataclass(frozen=True)
class Recomputed:
    """Fields of one entity that were computed anew, for how many records."""

    entity: str
    fields: tuple[str, ...]
    records: int


def recompute_changed(engine: Engine, context: Context) -> list[Recomputed]:
    """Compute the stored values whose definition is not the one they were computed by."""
    with engine.read(context) as desk:
        model = desk.records.model
        known = read_states(desk.session)
        commit = str(model.commit)
        if COMMIT in known and known[COMMIT].hash == commit:
            return []
        hashes = hashes_of(model)
    stale: dict[Place, str] = {}
    for place, digest in hashes.items():
        field = model.entity(place[0]).fields[place[1]]
        state = known.get(field.definition.id)
        if state is None or state.hash != digest:
            stale[place] = field.definition.id
    done = recompute(engine, context, stale)
    noted = {identifier: hashes[place] for place, identifier in stale.items()} | {COMMIT: commit}
    engine.run_write(context, lambda desk: note_computed(desk.session, noted, context.now))
    return [each for each in done if each.records]


def recompute(engine: Engine, context: Context, places: Iterable[Place]) -> list[Recomputed]:
    """Compute stored values anew for all records but closed ones, what others read first."""
    with engine.read(context) as desk:
        model = desk.records.model
    layers: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for entity, name in places:
        layers[depth_of(model, (entity, name)), entity].append(name)
    return [
        Recomputed(entity, tuple(names), _compute(engine, context, entity, names))
        for (_, entity), names in sorted(layers.items())
    ]


def _compute(engine: Engine, context: Context, entity: str, names: Sequence[str]) -> int:
    with engine.read(context) as desk:
        key = desk.records.model.entity(entity).table.c["id"]
        # Asked for one at a time, each is a look at one end of the index and no walk over all rows.
        ends = [desk.session.scalar(select(each(key))) for each in (func.min, func.max)]
    if None in ends:
        return 0
    low, high = int(ends[0]), int(ends[1]) + 1
    with engine.read(context) as desk:
        reading, model = desk.records.reading, desk.records.model.entity(entity)
        slow = [name for name in names if not _is_quick(reading, model, model.fields[name])]
    quick = tuple(name for name in names if name not in slow)
    number = _by_statements(engine, context, _Batch(entity, quick, low, high)) if quick else 0
    if slow:
        number = _by_records(engine, context, _Batch(entity, tuple(slow), low, high))
    return number


def _by_statements(engine: Engine, context: Context, whole: _Batch) -> int:
    number, start, size = 0, whole.start, SET_BATCH
    while start < whole.end:
        batch = replace(whole, start=start, end=min(start + size, whole.end))
        begun = time.monotonic()
        try:
            number += engine.run_write(context, batch.compute)
        except (DBAPIError, CardwrightError):
            # A value that does not fit: the others are computed one by one.
            number += _by_records(engine, context, batch)
        start = batch.end
        size = _next_size(size, time.monotonic() - begun)
    return number


def _next_size(size: int, seconds: float) -> int:
    if seconds < _SHORT:
        return min(size * 2, MOST_BATCH)
    return max(size // 2, PYTHON_BATCH) if seconds > _LONG else size


def _by_records(engine: Engine, context: Context, whole: _Batch) -> int:
    """Compute record by record, few in a transaction; what does not fit stays as it is."""
    number, rest = 0, whole
    while rest.start < rest.end:
        with engine.giving_way():
            done, start = engine.run_write(context, rest.compute_some)
        number, rest = number + done, replace(rest, start=start)
    return number


@dataclass(frozen=True)
class _Batch:
    """The records of an entity within a range of ids, and what is computed of them."""

    entity: str
    names: tuple[str, ...]
    start: int
    end: int

    def compute(self, desk: Desk) -> int:
        """Compute by one statement."""
        records = desk.records
        entity = records.model.entity(self.entity)
        fields = [entity.fields[name] for name in self.names]
        if any(_reads_elsewhere(records, self.entity, each) for each in fields):
            self._lock(desk, entity)
        values = dict(_cells(records.reading, entity, fields))
        statement = update(entity.table).where(self._range(entity)).values(values)
        return desk.session.execute(statement).rowcount

    def compute_some(self, desk: Desk) -> tuple[int, int]:
        """Compute the first records one by one; return how many, and where the next begin."""
        entity = desk.records.model.entity(self.entity)
        key = entity.table.c["id"]
        statement = select(key).where(self._range(entity)).order_by(key).limit(PYTHON_BATCH)
        ids = [int(row[0]) for row in desk.session.rows(statement)]
        if ids:
            _compute_some(desk, entity, self.names, ids)
        return len(ids), ids[-1] + 1 if len(ids) == PYTHON_BATCH else self.end

    def _range(self, entity: EntityModel) -> ColumnElement[bool]:
        table = entity.table
        wanted = [table.c["id"] >= self.start, table.c["id"] < self.end]
        wanted.append(table.c["deleted_at"].is_(None))
        if FROZEN_AT in entity.fields:
            wanted.append(table.c[entity.fields[FROZEN_AT].columns[0].name].is_(None))
        return and_(*wanted)

    def _lock(self, desk: Desk, entity: EntityModel) -> None:
        # What others stored meanwhile is seen by a statement that begins with the locks held.
        if desk.session.dialect == "postgresql":
            statement = select(entity.table.c["id"]).where(self._range(entity))
            ordered = statement.order_by(entity.table.c["id"])
            desk.session.execute(ordered.with_for_update(key_share=True))


def _compute_some(
    desk: Desk, entity: EntityModel, names: Sequence[str], ids: Sequence[int]
) -> None:
    def wanted(some: Sequence[int]) -> Mapping[int, Wanted]:
        return {each: Wanted(set(names), dict.fromkeys(names)) for each in some}

    try:
        with desk.session.savepoint():
            compute_again(desk.records, entity, wanted(ids), None)
    except CardwrightError:
        if len(ids) > 1:
            middle = len(ids) // 2
            _compute_some(desk, entity, names, ids[:middle])
            _compute_some(desk, entity, names, ids[middle:])


def _is_quick(reading: Reading, entity: EntityModel, field: FieldModel) -> bool:
    """Tell whether a statement stores a value as Python would."""
    if field.value_type.kind not in _IN_STATEMENTS or field.sort_column is not None:
        return False
    if field.base_column is not None and is_in_currency(reading.model, entity):
        return False
    if field.name in entity.definition.search:
        return False
    return "sql" in reading.model.typed(entity, formula_of(field)).backends


def _reads_elsewhere(records: Records, entity: str, field: FieldModel) -> bool:
    return any(each.hops for each in records.model.graph.reads_of(entity, field.name))


def _cells(
    reading: Reading, entity: EntityModel, fields: Sequence[FieldModel]
) -> Iterator[tuple[Any, ColumnElement[Any]]]:
    names = RecordNames(reading, entity, entity.table, None, trusted=True, sources=Sources())
    for field in fields:
        tree = reading.model.tree(entity, formula_of(field))
        value = compile_stored(tree, names, field.columns[0].type)
        for column in field.columns:
            yield entity.table.c[column.name], value
