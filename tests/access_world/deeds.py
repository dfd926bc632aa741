"""What somebody does to records, each compared with the oracle: done, forbidden, missing, refused.

Everything is done in a transaction that is given up again, so that the world stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from access_world.eyes import Row
from access_world.oracle import Oracle
from access_world.probing import HEADS, IS_LONG, LINES, MISSING, Difference, Probe
from access_world.rights import SCOPED
from access_world.schema import FIELDS
from access_world.sight import HEADS as HEADS_OF_LINES
from access_world.sight import Sight
from access_world.stage import Stage

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
)
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.copying import copied

DONE, MISSES, FORBIDDEN, IN_THE_WAY = "done", "missing", "forbidden", "in the way"
#: Readers whose grants say what they may do, and not just see.
DOERS = tuple(SCOPED)
#: A field that an edit of a record changes without moving it out of anybody's sight.
_HARMLESS = {"area": "name", "firm": "founded", "person": "name", "thing": "name", "deal": "due"}
_VALUES: Mapping[str, Any] = {
    "founded": "2021-05-05", "due": "2026-05-05", "name": "Changed", "price": 3, "credit": 3,
    "staff": 3, "share": 0.25, "phone": "13800138000", "email": "c@ex.com", "level": "a",
    "stage": "sent", "partner": True, "note": "changed", "seen_at": "2026-05-05T10:00:00+08:00",
    "tags": ["a"], "post": "Changed", "since": "2022-02-02", "until": None, "quantity": 2,
    "code": "Z-1",
}  # fmt: skip


class _GivenUp(Exception):  # noqa: N818 - no error: nothing that was done shall stay
    pass


def tried(stage: Stage, reader: str, deed: Callable[[Desk], object]) -> object:
    """Do something as a reader, and give it up; return how it ended."""
    result: object = None
    try:
        with stage.installation.engine.write(stage.context(reader)) as desk:
            result = deed(desk)
            raise _GivenUp
    except _GivenUp:
        return DONE if result is None else result
    except NotFoundError:
        return MISSES
    except AccessError:
        return FORBIDDEN
    except ConflictError as error:
        return IN_THE_WAY, error.message.code
    except InputError as error:
        return tuple(
            sorted((place, each.code) for place, told in error.fields.items() for each in told)
        )


def sight_of(oracle: Oracle) -> Sight:
    assert oracle.sight is not None
    return oracle.sight


def end_of(oracle: Oracle, entity: str, row: Row, action: str) -> str:
    """Return how something ends that needs a right and is otherwise all right."""
    sight = sight_of(oracle)
    if not sight.may(entity, action):
        return FORBIDDEN if sight.may(entity, "read") else MISSES
    if not oracle.visible(entity, row["id"]):
        return MISSES
    return DONE if sight.covers(oracle.world, entity, row, action) else FORBIDDEN


def living(stage: Stage, entity: str) -> Iterator[tuple[int, Row]]:
    """Yield the living records: half of them on each engine, or all in a long run."""
    turn = ("sqlite", "postgresql").index(stage.installation.store.dialect)
    for record, row in stage.world[entity].items():
        if not row["deleted"] and (record % 2 == turn or IS_LONG):
            yield record, row


def edits(stage: Stage, reader: str) -> Iterator[Difference]:
    """Change one field of every record."""
    oracle = stage.oracle(reader)
    for entity, name in _HARMLESS.items():
        raw = {name: _VALUES[name]}
        for record, row in living(stage, entity):
            expected: object = end_of(oracle, entity, row, "edit")
            if expected == DONE and not sight_of(oracle).writes(entity, name):
                expected = ((name, _why_not(oracle, entity, name)),)
            found = tried(stage, reader, _update(entity, record, raw))
            if found != expected:
                yield Difference(("edit", entity, record, raw), found, expected)


def _update(entity: str, record: int, raw: Row) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        desk.records.update(entity, record, raw, None)

    return deed


def _why_not(oracle: Oracle, entity: str, name: str) -> str:
    if name in oracle.masked.get(entity, ()):
        return "not_writable"
    return "not_writable" if name not in oracle.hidden.get(entity, ()) else "unknown_field"


def fields(stage: Stage, reader: str) -> Iterator[Difference]:
    """Set every field of a record that may be edited, its lines' too."""
    oracle = stage.oracle(reader)
    for entity in FIELDS:
        records = [
            (record, row)
            for record, row in living(stage, entity)
            if end_of(oracle, entity, row, "edit") == DONE
        ]
        for _, row in records[:2]:
            for name in FIELDS[entity]:
                if name in _VALUES and (entity, name) != ("firm", "code"):
                    yield from _field(stage, reader, oracle, entity, row, name)


def _field(
    stage: Stage, reader: str, oracle: Oracle, entity: str, row: Row, name: str
) -> Iterator[Difference]:
    raw: Row = {name: _VALUES[name]}
    place, record = name, row["id"]
    if entity in HEADS_OF_LINES:
        head, lines = HEADS_OF_LINES[entity]
        raw = {lines: [{"id": record, **raw}]}
        place, target = f"{lines}.0.{name}", (head, row["head"])
        if not sight_of(oracle).writes(head, lines):
            return
    else:
        target = (entity, record)
    found = tried(stage, reader, _update(*target, raw))
    refused = isinstance(found, tuple) and (
        (place, "not_writable") in found or (place, "unknown_field") in found
    )
    expected = not sight_of(oracle).writes(entity, name)
    told = (place, _why_not(oracle, entity, name))
    if refused != expected or (expected and isinstance(found, tuple) and told not in found):
        yield Difference(("set", entity, record, raw), found, told if expected else DONE)


def removals(stage: Stage, reader: str) -> Iterator[Difference]:
    """Delete every record that nothing holds on to, and take every other back from the bin."""
    oracle = stage.oracle(reader)
    with stage.keeper() as keeper:
        free = {
            (entity, record)
            for entity in HEADS
            for record, _ in living(stage, entity)
            if not any(keeper.pointing_at(entity, record))
        }
    for entity in HEADS:
        for record, row in stage.world[entity].items():
            if not row["deleted"] and (entity, record) not in free:
                continue
            expected = end_of(oracle, entity, row, "delete")
            if row["deleted"] and sight_of(oracle).may(entity, "delete"):
                # Of the bin one is told nothing that one may not bring back.
                expected = DONE if expected == DONE else MISSES
            found = tried(stage, reader, _remove(entity, record, back=row["deleted"]))
            if found != expected:
                yield Difference(("delete", entity, record, row["deleted"]), found, expected)


def _remove(entity: str, record: int, *, back: bool) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        (desk.records.restore if back else desk.records.delete)(entity, record)

    return deed


def gifts(stage: Stage, reader: str) -> Iterator[Difference]:
    """Give every record to somebody else, alone and together with an edit."""
    oracle = stage.oracle(reader)
    for entity in ("firm", "deal", "person"):
        for _, row in living(stage, entity):
            owner = ("worker", 9) if row["owner"] != ("worker", 9) else ("worker", 10)
            yield from _gift(stage, reader, oracle, entity, row, {"owner": RecordRef(*owner)})
            edited = {"owner": RecordRef(*owner), _HARMLESS[entity]: "2020-02-02"}
            if entity == "firm":
                yield from _gift(stage, reader, oracle, entity, row, edited)


def _gift(
    stage: Stage, reader: str, oracle: Oracle, entity: str, row: Row, raw: Row
) -> Iterator[Difference]:
    sight = sight_of(oracle)
    alone = len(raw) == 1 and sight.may(entity, "assign")
    expected: object = end_of(oracle, entity, row, "assign" if alone else "edit")
    if expected == DONE:
        # Employees are seen by those who are granted them; nobody else can name one.
        refused = [name for name in raw if not sight.writes(entity, name)]
        places = [(name, _why_not(oracle, entity, name)) for name in refused]
        if "owner" not in refused and not sight.may("worker", "read"):
            places.append(("owner", "unknown_record"))
        if "owner" not in refused and not sight.covers(oracle.world, entity, row, "assign"):
            places.append(("owner", "not_assignable"))
        expected = tuple(sorted(places)) or DONE
    found = tried(stage, reader, _update(entity, row["id"], raw))
    if found != expected:
        yield Difference(("give", entity, row["id"], raw), found, expected)


def links(stage: Stage, reader: str) -> Iterator[Difference]:
    """Point a record to every other: to those that may be read, and to no others."""
    oracle = stage.oracle(reader)
    for entity, name, target in (("firm", "area", "area"), ("firm", "mother", "firm")):
        mine = [
            record
            for record, row in living(stage, entity)
            if end_of(oracle, entity, row, "edit") == DONE and sight_of(oracle).writes(entity, name)
        ]
        for record in (*stage.world[target], MISSING) if mine else ():
            there = record != MISSING and not stage.world[target][record]["deleted"]
            ok = (there and oracle.visible(target, record)) or (
                stage.world[entity][mine[0]][name] == record
            )
            expected = DONE if ok else ((name, "unknown_record"),)
            found = tried(stage, reader, _update(entity, mine[0], {name: record}))
            if found != expected:
                yield Difference(("link", entity, mine[0], name, record), found, expected)


def allowed(stage: Stage, reader: str) -> Iterator[Difference]:
    """Ask of every record that may be seen what may be done with it."""
    oracle = stage.oracle(reader)
    actions = ("edit", "delete", "assign", "merge", "share", "export")
    with stage.desk(reader) as desk:
        for entity in HEADS:
            for record, row in living(stage, entity):
                if oracle.visible(entity, record):
                    found = desk.allowed(entity, record, actions)
                    expected = {
                        each
                        for each in actions
                        if sight_of(oracle).covers(stage.world, entity, row, each)
                    }
                    if found != expected:
                        yield Difference(("allowed", entity, record), found, expected)


def copies(stage: Stage, reader: str) -> Iterator[Difference]:
    """Copy every deal: with the values and lines that may be both read and set."""
    oracle = stage.oracle(reader)
    for entity in ("deal", "person"):
        name, line = LINES[entity]
        for record, row in living(stage, entity):
            expected: object = MISSES
            if oracle.visible(entity, record):
                both = oracle.readable(entity, name) and _writes(oracle, entity, name)
                shown = oracle.related(entity, row, name) if both else []
                expected = (
                    _copied(oracle, entity, row) - {name},
                    [_copied(oracle, line, each) for _, each in shown],
                )
            found = tried(stage, reader, _copy(entity, record, name))
            if found != expected:
                yield Difference(("copy", entity, record), found, expected)


def _writes(oracle: Oracle, entity: str, name: str) -> bool:
    """Tell whether a field may be set: to whom rules apply, all that he reads."""
    return oracle.sight is None or oracle.sight.writes(entity, name)


def _copy(entity: str, record: int, lines: str) -> Callable[[Desk], object]:
    def deed(desk: Desk) -> object:
        found = copied(desk.records, entity, record)
        known = {*FIELDS[entity]}
        return known & {*found.values}, [{*each} for each in found.lines.get(lines, ())]

    return deed


#: What the engine gives a record itself, or computes.
_NOT_COPIED = frozenset(
    {"id", "position", "created_at", "head", "number", "total", "amount", "company", "post_now"}
)


def _copied(oracle: Oracle, entity: str, row: Row) -> set[str]:
    return {
        name
        for name in FIELDS[entity]
        if name not in _NOT_COPIED
        and not FIELDS[entity][name].startswith("mirror ")
        and oracle.readable(entity, name)
        and _writes(oracle, entity, name)
        and oracle.value(entity, row, name) not in (None, ())
    }


_NEW: Mapping[str, Row] = {
    "area": {"code": "Z-1", "name": "New"}, "firm": {"name": "New"}, "person": {"name": "New"},
    "thing": {"code": "Z-1", "name": "New", "price": 5}, "deal": {"due": "2026-05-05"},
}  # fmt: skip


def results(stage: Stage, reader: str) -> Iterator[Difference]:
    """Make records, and change some into such as may not be written."""
    oracle = stage.oracle(reader)
    sight = sight_of(oracle)
    owner = ("worker", sight.me) if sight.me in stage.people.workers else None
    unit, site = stage.people.places(owner)
    mine: Row = {"owner": owner, "department": unit, "organisation": site}
    for entity, row in _NEW.items():
        for raw in (row, {**row, "price": 5000}, {**row, "price": None}):
            if raw is not row and entity != "thing":
                continue
            given = _with_links(stage, oracle, entity, raw)
            expected: object = FORBIDDEN if sight.may(entity, "read") else MISSES
            if sight.may(entity, "create"):
                expected = FORBIDDEN
                if sight.covers(oracle.world, entity, {**given, **mine}, "create"):
                    expected = DONE
                refused = [name for name in given if not sight.writes(entity, name)]
                told = ((name, _why_not(oracle, entity, name)) for name in refused)
                expected = tuple(sorted(told)) or expected
            found = tried(stage, reader, _create(entity, given))
            if found != expected:
                yield Difference(("create", entity, given), found, expected)
    for record, row in living(stage, "thing"):
        if end_of(oracle, "thing", row, "edit") == DONE and sight.writes("thing", "price"):
            dear = {**row, "price": 5000}
            expected = DONE if sight.covers(oracle.world, "thing", dear, "edit") else FORBIDDEN
            found = tried(stage, reader, _update("thing", record, {"price": 5000}))
            if found != expected:
                yield Difference(("price", record), found, expected)


def _create(entity: str, raw: Row) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        desk.records.create(entity, raw)

    return deed


def _with_links(stage: Stage, oracle: Oracle, entity: str, raw: Row) -> Row:
    """Return values of a new record with the links that it must have, to what may be seen."""
    if entity != "deal":
        return raw
    seen = [each for each, _ in living(stage, "firm") if oracle.visible("firm", each)]
    return {**raw, "firm": seen[0]} if seen else {**raw, "firm": 1}


def lines(stage: Stage, reader: str) -> Iterator[Difference]:
    """Send lines of records that may be edited, where their field may not be set."""
    oracle = stage.oracle(reader)
    for entity, (name, line) in LINES.items():
        if sight_of(oracle).writes(entity, name):
            continue
        expected = ((name, _why_not(oracle, entity, name)),)
        for record, row in living(stage, entity):
            if end_of(oracle, entity, row, "edit") != DONE:
                continue
            known = [each["id"] for each in stage.world[line].values() if each["head"] == record]
            for raw in ([], [{"id": each, "remove": True} for each in known]):
                found = tried(stage, reader, _update(entity, record, {name: raw}))
                if found != expected:
                    yield Difference(("lines", entity, record, raw), found, expected)


#: Ways of doing something that need no grant of their own.
DOING_ANYWAY: Mapping[str, Probe] = MappingProxyType({"copies": copies})
#: Ways of doing something, the quickest first.
DOING: Mapping[str, Probe] = MappingProxyType(
    {
        "allowed": allowed,
        "fields": fields,
        "links": links,
        "removals": removals,
        "results": results,
        "lines": lines,
        "gifts": gifts,
        "edits": edits,
    }
)
