"""Two worlds that differ only in what a reader may not see answer him byte for byte alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from access_world.answers import ask_engine, request_of
from access_world.asking import Asker
from access_world.disturbing import disturb
from access_world.stage import SEED, Stage, build_stage

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError

QUESTIONS = 100


@pytest.fixture
def fresh_stage(store_url: str) -> Iterator[Stage]:
    """A stage of its own, because the test changes it."""
    built = build_stage(store_url, SEED + 7)
    yield built
    built.installation.store.close()


READERS = ("by_number", "by_value", "seller", "both", "teller", "patron", "province")


@pytest.mark.parametrize("reader", READERS)
def test_what_may_not_be_read_has_no_effect_on_any_answer(fresh_stage: Stage, reader: str) -> None:
    # Whether a whole value is there that one knows is told, and nothing else of what is masked.
    asker = Asker(fresh_stage.oracle(reader), SEED, wholes=False)
    questions = [asker.question() for _ in range(QUESTIONS)]
    before = [_answer(fresh_stage, reader, asked) for asked in questions]
    assert disturb(fresh_stage, reader, SEED) > 60
    after = [_answer(fresh_stage, reader, asked) for asked in questions]
    changed = [
        (asked, old, new)
        for asked, old, new in zip(questions, before, after, strict=True)
        if old != new
    ]
    assert changed == []


def _answer(stage: Stage, reader: str, asked: Mapping[str, Any]) -> bytes:
    """Return everything that comes back: rows, counts, cursors, and the words of a refusal."""
    with stage.desk(reader) as desk:
        try:
            told: object = ask_engine(desk, asked), _first_rows(desk, asked)
        except CardwrightError as error:
            told = type(error), error.message
    return repr(told).encode()


def _first_rows(desk: Desk, asked: Mapping[str, Any]) -> object:
    where = desk.condition(asked["entity"], filter_=asked.get("filter"))
    if asked["kind"] == "groups":
        return None
    page = desk.page(request_of(asked, where, limit=4, count="capped"))
    return page.rows, page.next, page.count, page.totals, page.titles, page.unreadable
