"""The shared vectors: every back end gives what the file says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path as File
from typing import Any

import pytest
import yaml
from expression_worlds.javascript import running_script
from expression_worlds.world import CONTEXT, TABLES, TYPES, Names, Record, Scope, fill
from sqlalchemy import Connection, select

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.numbers import write_number
from cardwright_entities.expressions.sql import compile_condition, compile_value
from cardwright_entities.expressions.values import RecordRef, ValueType
from cardwright_entities.store.engines import build_engine
from cardwright_metadata.expressions.parsing import parse

FILE: dict[str, Any] = yaml.safe_load(File(__file__).with_name("vectors.yaml").read_text("utf-8"))
VECTORS = [tuple(each) for group in FILE["vectors"].values() for each in group]


def _read(raw: Any, type_: ValueType) -> object:
    readers: dict[str, Any] = {
        "decimal": Decimal,
        "date": date.fromisoformat,
        "datetime": datetime.fromisoformat,
        "time": time.fromisoformat,
        "list": tuple,
    }
    if isinstance(raw, list) and type_.kind == "record":
        return RecordRef(*raw)
    return readers.get(type_.kind, lambda value: value)(raw) if raw is not None else None


def _record(entity: str, raw: dict[str, Any], **more: Any) -> Record:
    types = TYPES[entity]
    values = {name: _read(raw.get(name), type_) for name, type_ in types.items()}
    return Record(entity, values | more)


def _the_record() -> Record:
    record = _record("thing", FILE["record"])
    record.world = {1: record}
    record.lines = [
        replace(_record("line", line, id=100 + index, head=1), world=record.world)
        for index, line in enumerate(FILE["lines"])
    ]
    return record


RECORD = _the_record()


def show(value: object) -> str:
    """Return a value in the spelling of the file."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return write_number(Decimal(value))
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)


@pytest.fixture(scope="module")
def connection(store_module_url: str) -> Iterator[Connection]:
    engine = build_engine(store_module_url)
    fill(engine, [RECORD])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_file_is_read_at_its_own_moment() -> None:
    assert datetime.fromisoformat(FILE["now"]) == CONTEXT.now
    assert FILE["zone"] == CONTEXT.zone.key


@pytest.mark.parametrize(("text", "gives"), VECTORS)
def test_python_gives_what_the_file_says(text: str, gives: str) -> None:
    typed = check_types(parse(text), Scope())
    assert show(evaluate(typed, RECORD, CONTEXT)) == gives


def test_javascript_gives_what_the_file_says() -> None:
    wanted, found = [], []
    with running_script([RECORD]) as script:
        for text, gives in VECTORS:
            typed = check_types(parse(text), Scope())
            if "javascript" in typed.backends:
                wanted.append((text, gives))
                found.append((text, show(script.evaluate(typed)[0])))
    assert found == wanted
    assert len(wanted) > len(VECTORS) - 10


@pytest.mark.parametrize(("text", "gives"), VECTORS)
def test_sql_gives_what_the_file_says(connection: Connection, text: str, gives: str) -> None:
    thing = TABLES["thing"]
    names = Names(connection.dialect.name, "thing", thing)
    typed = check_types(parse(text), Scope())
    statement = select(compile_value(typed, names)).select_from(thing)
    assert show(connection.execute(statement).scalar()) == gives
    if typed.type.kind == "boolean":
        condition = compile_condition(typed, names)
        found = connection.execute(select(thing.c.id).where(condition)).all()
        assert bool(found) == (gives == "true")
