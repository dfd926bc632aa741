"""Ways of reading, each compared with the oracle: what differs is told, question by question."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from access_world.answers import ask_engine, ask_oracle, plain
from access_world.asking import RELATED, Asker
from access_world.eyes import Row
from access_world.masks import masked
from access_world.oracle import Oracle
from access_world.schema import FIELDS
from access_world.stage import SEED, Stage

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, NotFoundError, QueryError
from cardwright_entities.exchange.record_cells import RecordCells, export_columns
from cardwright_entities.exchange.requests import ExportRequest
from cardwright_entities.records.history import read_history

#: Questions of each reader. Of two in a row one is asked of SQLite and one of PostgreSQL, or all
#: of both with CARDWRIGHT_SWEEP=all.
QUESTIONS = 500
IS_LONG = os.environ.get("CARDWRIGHT_SWEEP") == "all"
EXPORTS = 40
HEADS = ("area", "firm", "person", "thing", "deal")
LINES = {"person": ("jobs", "job"), "deal": ("items", "deal_item")}
MISSING = 999_999


class Difference(NamedTuple):
    """A question of which the answers differ."""

    asked: object
    found: object
    expected: object


Probe = Callable[[Stage, str], Iterator[Difference]]


def questions(stage: Stage, reader: str) -> Iterator[Difference]:
    """Ask generated questions: lists, groups, searches, the recycle bin."""
    oracle = stage.oracle(reader)
    asker = Asker(oracle, SEED)
    turn = ("sqlite", "postgresql").index(stage.installation.store.dialect)
    for number in range(QUESTIONS):
        asked = asker.question()
        if number % 2 != turn and not IS_LONG:
            continue
        yield from compare(stage, reader, oracle, asked)


def compare(
    stage: Stage, reader: str, oracle: Oracle, asked: Mapping[str, Any]
) -> Iterator[Difference]:
    """Ask one question of both, and tell if they differ."""
    expected = ask_oracle(oracle, asked)
    with stage.desk(reader) as desk:
        found = ask_engine(desk, asked)
    if found != expected:
        yield Difference(asked, found, expected)


def cards(stage: Stage, reader: str) -> Iterator[Difference]:
    """Open every record, with its lines."""
    oracle = stage.oracle(reader)
    with stage.desk(reader) as desk:
        for entity in HEADS:
            for record, row in stage.world[entity].items():
                expected = None
                if oracle.visible(entity, record):
                    expected = _expected_card(oracle, entity, row)
                found = _card(oracle, desk, entity, row)
                if found != expected:
                    yield Difference((entity, record), found, expected)


def _expected_card(oracle: Oracle, entity: str, row: Row) -> object:
    name, line = LINES.get(entity, ("", ""))
    lines: list[object] = []
    if _has_lines(oracle, entity, row):
        related = (each for _, each in oracle.related(entity, row, name))
        lines = [(each["id"], _shown(oracle, line, each)) for each in related]
    return _shown(oracle, entity, row), lines


def _card(oracle: Oracle, desk: Desk, entity: str, row: Row) -> object:
    name, line = LINES.get(entity, ("", ""))
    try:
        found = desk.record(entity, row["id"], deleted=row["deleted"], masked=True)
    except NotFoundError:
        return None
    shown = found.lines.get(name, ())
    if row["deleted"]:
        shown = ()  # the card of what is gone shows none
    values = {**found.values, **found.masked}
    return _known(entity, values), [(each.id, _known(line, each.values)) for each in shown]


def _has_lines(oracle: Oracle, entity: str, row: Row) -> bool:
    name, _ = LINES.get(entity, ("", ""))
    return bool(name) and not row["deleted"] and oracle.readable(entity, name)


def _single(entity: str) -> list[str]:
    return [name for name, kind in FIELDS[entity].items() if not kind.startswith("lines ")]


def _known(entity: str, values: Mapping[str, Any]) -> Row:
    return plain({name: values[name] for name in _single(entity) if name in values})


def _shown(oracle: Oracle, entity: str, row: Row) -> Row:
    return plain(oracle.shown(entity, row, _single(entity)))


def missing(stage: Stage, reader: str) -> Iterator[Difference]:
    """Ask for what may not be read and for what is not there, in the same words."""
    oracle = stage.oracle(reader)
    for entity in HEADS:
        hidden = [each for each in stage.world[entity] if not oracle.visible(entity, each)]
        answers = {_refusal(stage, reader, entity, record) for record in (*hidden, MISSING)}
        if len(answers) != 1 or None in answers:
            yield Difference(entity, answers, "one refusal")


def _refusal(stage: Stage, reader: str, entity: str, record: int) -> object:
    with stage.desk(reader) as desk:
        try:
            desk.record(entity, record)
        except NotFoundError as error:
            return type(error), error.message, str(error)
    return None


def words(stage: Stage, reader: str) -> Iterator[Difference]:
    """Name hidden fields: they are refused in the words of unknown ones, and none is proposed."""
    oracle = stage.oracle(reader)
    for entity, fields in FIELDS.items():
        near = {"", "owner", *(name for name in fields if oracle.readable(entity, name))}
        for name in fields:
            if oracle.readable(entity, name):
                continue
            unknown = "q" * len(name)
            found = _told(stage, reader, entity, name)
            expected = _told(stage, reader, entity, unknown)
            if found[:2] != expected[:2] or found[2] not in near:
                yield Difference((entity, name), found, expected)


def _told(stage: Stage, reader: str, entity: str, name: str) -> tuple[str, str, str]:
    with stage.desk(reader) as desk:
        try:
            desk.condition(entity, f"{name} is empty")
        except QueryError as error:
            told = dict(error.message.params)
            problem = str(told["problem"]).replace(name, "q" * len(name))
            return error.message.code, problem, str(told["nearest"])
    return "", "", ""


def histories(stage: Stage, reader: str) -> Iterator[Difference]:
    """Read what was done to every record that may be seen."""
    oracle = stage.oracle(reader)
    with stage.desk(reader) as desk:
        for entity in HEADS:
            for record in stage.world[entity]:
                if oracle.visible(entity, record):
                    found = _history(desk, entity, record)
                    expected = _done(stage, oracle, entity, record)
                    if found != expected:
                        yield Difference((entity, record), found, expected)


def _history(desk: Desk, entity: str, record: int) -> list[Any]:
    model = desk.model.entity(entity)
    entries = read_history(desk.session, desk.reading, model, record, limit=1000)
    return [
        (each.entity, each.record, each.op, _texts(each.entity, each.before))
        for each in reversed(entries)
    ]


def _done(stage: Stage, oracle: Oracle, entity: str, record: int) -> list[Any]:
    name, line = LINES.get(entity, ("", ""))
    told = []
    for each in stage.changes:
        own = (each.entity, each.record) == (entity, record)
        of_line = each.entity == line and each.head == record and oracle.readable(entity, name)
        if own or (of_line and oracle.visible(line, each.record)):
            before = {
                field: masked(each.entity, field, value)
                if oracle.partly(each.entity, field)
                else value
                for field, value in each.before.items()
                if oracle.shows(each.entity, field)
            }
            told.append((each.entity, each.record, each.op, _texts(each.entity, before)))
    return told


def _texts(entity: str, before: Mapping[str, Any]) -> Row:
    """Return the names of what changed, with the values that are text in history too."""
    known = {name: value for name, value in before.items() if name in FIELDS[entity]}
    texts = ("text", "words")
    return {name: value if FIELDS[entity][name] in texts else "…" for name, value in known.items()}


def exports(stage: Stage, reader: str) -> Iterator[Difference]:
    """Export what generated questions list: the same cells, or nothing at all."""
    oracle = stage.oracle(reader)
    asker = Asker(oracle, SEED + 1)
    for _ in range(EXPORTS):
        asked = asker.question()
        if asked["kind"] not in ("list", "search"):
            continue
        columns = [path for path in asked["columns"] if _as_it_is(asker, asked["entity"], path)]
        asked |= {"columns": ["id", *columns], "totals": {}}
        answer = ask_oracle(oracle, asked)
        refused = "refused" in answer or answer["unreadable"]
        expected = None if refused else _exported(oracle, asked["entity"], answer["rows"])
        with stage.desk(reader) as desk:
            found = _export(desk, asked)
        if found != expected:
            yield Difference(asked, found, expected)


def _exported(oracle: Oracle, entity: str, rows: Sequence[tuple[int, Row]]) -> list[Any]:
    """Return the cells of the records that may be exported, and not just read."""
    sight, world = oracle.sight, oracle.world
    return [
        tuple(values.values())
        for record, values in rows
        if sight is None or sight.covers(world, entity, world[entity][record], "export")
    ]


def _as_it_is(asker: Asker, entity: str, path: str) -> bool:
    """Tell whether a value stands in a workbook as it is: phones and choices are written out."""
    name = path.rpartition(".")[2]
    written = name in ("phone", "level", "stage")
    return asker.kind(entity, path) in ("text", "words", "number") and not written


def _export(desk: Desk, asked: Mapping[str, Any]) -> list[Any] | None:
    names = {"filter": asked.get("filter"), "search": asked.get("search", "")}
    columns, sort = tuple(dict.fromkeys(asked["columns"])), tuple(asked["sort"])
    request = ExportRequest(entity=asked["entity"], columns=columns, sort=sort, **names)
    try:
        found = export_columns(desk, desk.model.entity(asked["entity"]), columns)
        rows, _, _ = RecordCells(request, found).page(desk, "")
    except (InputError, QueryError):
        return None
    return [tuple(_cell(cell) for cell in row) for row in rows]


def _cell(cell: Any) -> Any:
    whole = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return Decimal(cell).normalize() if whole else cell


def trees(stage: Stage, reader: str) -> Iterator[Difference]:
    """Ask what lies below every area, by its name and by its code, whether or not it is seen."""
    oracle = stage.oracle(reader)
    for entity, link in (("area", "above"), ("firm", "area")):
        for row in stage.world["area"].values():
            for top in (row["name"], row["code"]):
                condition = {"field": link, "op": "under", "value": top}
                yield from compare(stage, reader, oracle, _list(entity, ["id"], condition))


def related(stage: Stage, reader: str) -> Iterator[Difference]:
    """Ask which records have any lines, links, or others that point to them, and which have two."""
    oracle = stage.oracle(reader)
    for entity, paths in RELATED.items():
        for path, _ in paths:
            for asked in ({"any": {}}, {"count": {}, "op": ">=", "value": 2}):
                condition = {"related": path, **asked}
                yield from compare(stage, reader, oracle, _list(entity, ["id"], condition))


def shortcuts(stage: Stage, reader: str) -> Iterator[Difference]:
    """List each field alone, once somebody who sees everything has just done so."""
    oracle = stage.oracle(reader)
    for entity, fields in FIELDS.items():
        for name, kind in fields.items():
            if not kind.startswith("lines "):
                asked = _list(entity, ["id", name], None)
                with stage.desk("everything") as desk:
                    ask_engine(desk, asked)
                yield from compare(stage, reader, oracle, asked)


def _list(entity: str, columns: list[str], condition: Mapping[str, Any] | None) -> dict[str, Any]:
    asked = {"kind": "list", "entity": entity, "columns": columns, "totals": {}, "deleted": False}
    return asked if condition is None else asked | {"filter": condition}


#: Ways of reading, those that take longest last.
READING: Mapping[str, Probe] = MappingProxyType(
    {
        "words": words,
        "missing": missing,
        "shortcuts": shortcuts,
        "trees": trees,
        "related": related,
        "cards": cards,
        "histories": histories,
        "exports": exports,
        "questions": questions,
    }
)
