"""Every answer equals that of a brute-force oracle that shares no code with the engine."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from access_world.answers import ask_engine, ask_oracle, plain
from access_world.asking import Asker
from access_world.eyes import Row
from access_world.oracle import Oracle
from access_world.rights import READERS
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

readers = pytest.mark.parametrize("reader", READERS)


@readers
def test_generated_questions_are_answered_as_the_oracle_does(stage: Stage, reader: str) -> None:
    oracle = stage.oracle(reader)
    asker = Asker(oracle, SEED)
    differences = []
    turn = ("sqlite", "postgresql").index(stage.installation.store.dialect)
    for number in range(QUESTIONS):
        asked = asker.question()
        if number % 2 != turn and not IS_LONG:
            continue
        expected = ask_oracle(oracle, asked)
        with stage.desk(reader) as desk:
            found = ask_engine(desk, asked)
        if found != expected:
            differences.append((number, asked, found, expected))
    assert differences == []


@readers
def test_a_card_shows_what_may_be_read_and_nothing_else(stage: Stage, reader: str) -> None:
    oracle = stage.oracle(reader)
    with stage.desk(reader) as desk:
        for entity in HEADS:
            for record, row in stage.world[entity].items():
                if oracle.visible(entity, record):
                    found = desk.record(entity, record, deleted=row["deleted"])
                    assert _known(entity, found.values) == _card(oracle, entity, row)
                    _compare_lines(oracle, entity, row, found.lines)
                else:
                    with pytest.raises(NotFoundError):
                        desk.record(entity, record, deleted=row["deleted"])


def _known(entity: str, values: Any) -> Row:
    names = [name for name, kind in FIELDS[entity].items() if not kind.startswith("lines ")]
    return plain({name: values[name] for name in names if name in values})


def _card(oracle: Oracle, entity: str, row: Row) -> Row:
    names = [name for name, kind in FIELDS[entity].items() if not kind.startswith("lines ")]
    return plain(oracle.shown(entity, row, names))


def _compare_lines(oracle: Oracle, entity: str, row: Row, found: Any) -> None:
    name, line = LINES.get(entity, ("", ""))
    if row["deleted"] or not name or not oracle.readable(entity, name):
        return
    expected = [each for _, each in oracle.related(entity, row, name)]
    assert [each.id for each in found[name]] == [each["id"] for each in expected]
    for shown, each in zip(found[name], expected, strict=True):
        assert _known(line, shown.values) == _card(oracle, line, each)


@readers
def test_what_may_not_be_read_looks_like_what_is_not_there(stage: Stage, reader: str) -> None:
    oracle = stage.oracle(reader)
    for entity in HEADS:
        hidden = [each for each in stage.world[entity] if not oracle.visible(entity, each)]
        answers = set()
        for record in (*hidden, MISSING):
            with stage.desk(reader) as desk, pytest.raises(NotFoundError) as caught:
                desk.record(entity, record)
            answers.add((type(caught.value), caught.value.message, str(caught.value)))
        assert len(answers) == 1


@readers
def test_a_hidden_field_is_refused_in_the_words_of_an_unknown_one(
    stage: Stage, reader: str
) -> None:
    oracle = stage.oracle(reader)
    for entity, fields in FIELDS.items():
        for name in fields:
            if not oracle.readable(entity, name):
                text = f"{name} is empty"
                with stage.desk(reader) as desk, pytest.raises(QueryError) as hidden:
                    desk.condition(entity, text)
                with stage.desk(reader) as desk, pytest.raises(QueryError) as unknown:
                    desk.condition(entity, text.replace(name, "q" * len(name)))
                assert hidden.value.message.code == unknown.value.message.code
                told = dict(hidden.value.message.params)
                assert (
                    told["problem"].replace(name, "q" * len(name))
                    == dict(unknown.value.message.params)["problem"]
                )
                assert told["nearest"] in (
                    "",
                    *filter(lambda n: oracle.readable(entity, n), fields),
                )


@readers
def test_history_shows_what_may_be_read_now(stage: Stage, reader: str) -> None:
    oracle = stage.oracle(reader)
    with stage.desk(reader) as desk:
        for entity in HEADS:
            for record in stage.world[entity]:
                if oracle.visible(entity, record):
                    assert _history(desk, entity, record) == _told(stage, oracle, entity, record)


def _history(desk: Desk, entity: str, record: int) -> list[Any]:
    model = desk.model.entity(entity)
    entries = read_history(desk.session, desk.reading, model, record, limit=1000)
    return [
        (each.entity, each.record, each.op, _texts(each.entity, each.before))
        for each in reversed(entries)
    ]


def _told(stage: Stage, oracle: Oracle, entity: str, record: int) -> list[Any]:
    name, line = LINES.get(entity, ("", ""))
    told = []
    for each in stage.changes:
        own = (each.entity, each.record) == (entity, record)
        of_line = each.entity == line and each.head == record and oracle.readable(entity, name)
        if own or (of_line and oracle.visible(line, each.record)):
            before = {
                field: value
                for field, value in each.before.items()
                if oracle.readable(each.entity, field)
            }
            told.append((each.entity, each.record, each.op, _texts(each.entity, before)))
    return told


def _texts(entity: str, before: Any) -> Row:
    """Return the names of what changed, with the values that are text in history too."""
    known = {name: value for name, value in before.items() if name in FIELDS[entity]}
    texts = ("text", "words")
    return {name: value if FIELDS[entity][name] in texts else "…" for name, value in known.items()}


@readers
def test_an_export_holds_the_same_cells_as_the_list(stage: Stage, reader: str) -> None:
    oracle = stage.oracle(reader)
    asker = Asker(oracle, SEED + 1)
    for _ in range(EXPORTS):
        asked = asker.question()
        if asked["kind"] not in ("list", "search"):
            continue
        columns = [path for path in asked["columns"] if _as_it_is(asker, asked["entity"], path)]
        asked |= {"columns": ["id", *columns], "totals": {}}
        expected = ask_oracle(oracle, asked)
        with stage.desk(reader) as desk:
            found = _export(desk, asked)
        refused = "refused" in expected or expected["unreadable"]
        rows = None if refused else [tuple(values.values()) for _, values in expected["rows"]]
        assert found == rows


def _as_it_is(asker: Asker, entity: str, path: str) -> bool:
    """Tell whether a value stands in a workbook as it is: phones and choices are written out."""
    name = path.rpartition(".")[2]
    written = name in ("phone", "level", "stage")
    return asker.kind(entity, path) in ("text", "words", "number") and not written


def _export(desk: Desk, asked: Any) -> list[Any] | None:
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
