"""What must be true of an installation at every moment, read from its tables."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from faults.clients import REFUSED, ROWS, Api, Ledger, Promise
from sqlalchemy import Select, Table, func, select, text

from cardwright_entities.engine import Desk
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.store.platform_tables import (
    cw_change,
    cw_change_set,
    cw_file,
    cw_file_use,
    cw_job,
    cw_number,
)
from cardwright_platform.instance import Instance

_CENT = Decimal("0.01")


def untruths(instance: Instance) -> list[str]:
    """Return everything that is not as it must be."""
    with instance.engine.read(instance.system_context()) as desk:
        return untruths_at(desk, Blobs(instance.config.files_folder))


def untruths_at(desk: Desk, blobs: Blobs) -> list[str]:
    """Return everything that is not as it must be, as a transaction sees it."""
    entities = [desk.model.entity(name) for name in desk.model.catalog.entities]
    return [
        *_engine(desk),
        *(each for entity in entities for each in _history(desk, entity)),
        *(each for entity in entities for each in _lines(desk, entity)),
        *(each for entity in entities for each in _closure(desk, entity)),
        *_sums(desk),
        *_numbers(desk),
        *_files(desk, blobs),
        *_imports(desk),
    ]


def broken_promises(ledger: Ledger, api: Api) -> list[str]:
    """Return every promise that was not kept: each record as its last answer said, or its next."""
    found = []
    for key, promise in ledger.promises.items():
        stored = _stored(api, promise)
        if stored is None:
            found.append(f"{key} is lost")
            continue
        allowed = [promise, *([ledger.pending[key]] if key in ledger.pending else [])]
        if not any(_fits(stored, each) for each in allowed):
            found.append(f"{key} is {stored}, promised {allowed}")
    return found


def doubled(instance: Instance, ledger: Ledger) -> list[str]:
    """Return the entities of which there are more or fewer records than were promised."""
    expected = Counter(entity for entity, _ in ledger.promises)
    expected["area"] += (ROWS - REFUSED) * len(set(ledger.jobs)) + 1
    expected["firm"] += 1
    with instance.engine.read(instance.system_context()) as desk:
        counts = {
            name: int(desk.session.scalar(_count(desk.model.entity(name).table)))
            for name in ("deal", "area", "firm")
        }
    return [
        f"{name}: {n}, not {expected[name]}" for name, n in counts.items() if n != expected[name]
    ]


def _stored(api: Api, promise: Promise) -> Mapping[str, Any] | None:
    path = f"/records/{promise.entity}/{promise.id}"
    for query, deleted in (("", False), ("?deleted=true", True)):
        status, answer = api.send("GET", path + query)
        if status == 200:
            return {**answer, "deleted": deleted}
    return None


def _fits(stored: Mapping[str, Any], promise: Promise) -> bool:
    return (
        stored["version"] == promise.version
        and stored["deleted"] == promise.deleted
        # What a deletion stamps stands in no answer.
        and (
            promise.deleted
            or all(
                stored[name] == value
                for name, value in promise.values.items()
                if name in stored and name not in _STAMPS
            )
        )
    )


_STAMPS = frozenset({"version", "changed_at", "changed_by", "items"})


def _engine(desk: Desk) -> Iterator[str]:
    if desk.session.dialect == "sqlite":
        for check in ("integrity_check", "foreign_key_check"):
            rows = desk.session.rows(text(f"pragma {check}"))
            yield from (f"{check}: {row}" for row in rows if row[0] != "ok")
        return
    invalid = "select indexrelid::regclass::text from pg_index where not indisvalid"
    yield from (f"invalid index {row[0]}" for row in desk.session.rows(text(invalid)))


def _history(desk: Desk, entity: EntityModel) -> Iterator[str]:
    """Each version of each record has one row of history, and there are none of others."""
    key = entity.key
    rows = desk.session.rows(
        select(cw_change.c.record, cw_change.c.version).where(cw_change.c.entity == key)
    )
    versions: defaultdict[int, list[int]] = defaultdict(list)
    for record, version in rows:
        versions[record].append(version)
    stored = dict(desk.session.rows(select(entity.table.c.id, entity.table.c.version)))
    for record, version in stored.items():
        if sorted(versions.pop(record, [])) != list(range(1, version + 1)):
            yield f"{entity.name} {record}: version {version} has another history"
    yield from (f"{entity.name} {record}: history without a record" for record in versions)
    sets = select(cw_change.c.change_set).where(
        cw_change.c.change_set.not_in(select(cw_change_set.c.id))
    )
    yield from (f"change set {row[0]} is missing" for row in desk.session.rows(sets))


def _lines(desk: Desk, entity: EntityModel) -> Iterator[str]:
    """Lines hang on heads that are there, are deleted with them, and each has its own place."""
    if not entity.definition.owner:
        return
    table, head = entity.table, desk.model.entity(entity.definition.owner).table
    heads = dict(desk.session.rows(select(head.c.id, head.c.deleted_at)))
    places: Counter[tuple[int, int]] = Counter()
    for row in desk.session.rows(
        select(table.c.id, table.c.head, table.c.position, table.c.deleted_at)
    ):
        if row.head not in heads:
            yield f"{entity.name} {row.id} has no head"
        elif row.deleted_at is None and heads[row.head] is not None:
            yield f"{entity.name} {row.id} outlives its head"
        elif row.deleted_at is None:
            places[row.head, row.position] += 1
    yield from (f"{entity.name}: two lines at {place}" for place, n in places.items() if n > 1)


def _closure(desk: Desk, entity: EntityModel) -> Iterator[str]:
    closure, tree = entity.tables.closure, entity.tree
    if closure is None or tree is None:
        return
    parents: dict[int, int | None] = {
        row[0]: row[1] for row in desk.session.rows(select(entity.table.c.id, tree.columns[0]))
    }
    expected = set()
    for record in parents:
        above: int | None = record
        depth = 0
        while above is not None:
            expected.add((above, record, depth))
            above, depth = parents[above], depth + 1
    stored = {tuple(row) for row in desk.session.rows(select(closure))}
    if stored != expected:
        yield f"{entity.name}: closure is off by {sorted(stored ^ expected)[:5]}"


def _sums(desk: Desk) -> Iterator[str]:
    deals, items = desk.model.entity("deal"), desk.model.entity("deal_item")
    head, line = deals.table, items.table
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    amounts = select(
        line.c.id, line.c.head, line.c.quantity, line.c.price, line.c.amount, line.c.deleted_at
    )
    deleted = {
        row[0] for row in desk.session.rows(select(head.c.id).where(head.c.deleted_at.is_not(None)))
    }
    for row in desk.session.rows(amounts):
        if row.amount != (row.quantity * row.price).quantize(_CENT, ROUND_HALF_UP):
            yield f"line {row.id}: {row.quantity} x {row.price} is not {row.amount}"
        if row.deleted_at is None or row.head in deleted:
            sums[row.head] += row.amount
    for row in desk.session.rows(select(head.c.id, head.c.total)):
        if row.total != sums[row.id]:
            yield f"deal {row.id}: {row.total} is not the sum {sums[row.id]}"


def _numbers(desk: Desk) -> Iterator[str]:
    last = sum(row[0] for row in desk.session.rows(select(cw_number.c.last)))
    given = 0
    for entity, field in (("deal", "number"), ("firm", "code")):
        column = desk.model.entity(entity).table.c[field]
        numbers = Counter(row[0] for row in desk.session.rows(select(column)))
        given += sum(numbers.values())
        yield from (
            f"{entity} {n} was given {c} times" for n, c in numbers.items() if c > 1 or not n
        )
    if given > last:
        yield f"{given} numbers were given, {last} were counted"


def _files(desk: Desk, blobs: Blobs) -> Iterator[str]:
    for row in desk.session.rows(select(cw_file.c.id, cw_file.c.sha256, cw_file.c.size)):
        path = blobs.path(row.sha256)
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() != row.sha256 or len(content) != row.size:
            yield f"file {row.id} has not its content"
    lost = select(cw_file_use.c.file).where(cw_file_use.c.file.not_in(select(cw_file.c.id)))
    yield from (f"a use of file {row[0]}, which is gone" for row in desk.session.rows(lost))


def _imports(desk: Desk) -> Iterator[str]:
    jobs = select(cw_job.c.id, cw_job.c.kind, cw_job.c.state, cw_job.c.result, cw_job.c.error)
    for row in desk.session.rows(jobs):
        if row.state != "done":
            yield f"job {row.id} ({row.kind}) is {row.state}: {row.error}"
        elif row.kind == "import":
            told = (row.result["rows"], row.result["imported"], row.result["rejected"])
            if told != (ROWS, ROWS - REFUSED, REFUSED):
                yield f"import {row.id} tells {row.result}"


def _count(table: Table) -> Select[tuple[int]]:
    return select(func.count()).select_from(table)
