"""Masked fields beyond the oracle's questions: sent back, found by what people type, set alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from access_world.deeds import tried
from access_world.oracle import Oracle
from access_world.stage import Stage
from sqlalchemy import select

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.queries.requests import PageRequest

READER = "teller"


def seen(oracle: Oracle) -> int:
    """Return a living firm with a phone."""
    return next(
        record
        for record, row in oracle.world["firm"].items()
        if row["phone"] and not row["deleted"] and oracle.visible("firm", record)
    )


def found(stage: Stage, condition: str) -> set[int]:
    with stage.desk(READER) as desk:
        where = desk.condition("firm", condition)
        page = desk.page(PageRequest(entity="firm", where=where, limit=200))
    return {row.id for row in page.rows}


def test_what_is_shown_sent_back_changes_nothing_and_anything_else_is_refused(
    stage: Stage,
) -> None:
    firm = seen(stage.oracle(READER))
    with stage.desk(READER) as desk:
        shown = desk.record("firm", firm, masked=True).masked["phone"]

    assert "****" in str(shown)
    kept = tried(stage, READER, lambda desk: _after(desk, firm, {"phone": shown, "level": "a"}))
    assert kept == stage.world["firm"][firm]["phone"]
    refused = tried(stage, READER, lambda desk: _after(desk, firm, {"phone": "13800138000"}))
    assert refused == (("phone", "not_writable"),)


def _after(desk: Desk, firm: int, raw: dict[str, object]) -> object:
    desk.records.update("firm", firm, raw, None)
    table = desk.model.entity("firm").table
    return desk.session.scalar(select(table.c["phone"]).where(table.c["id"] == firm))


@pytest.mark.parametrize("written", ["{digits}", "+86{digits}", "{digits:.3} {end}"])
def test_a_phone_is_found_as_people_write_it_and_whole_only(stage: Stage, written: str) -> None:
    firm = seen(stage.oracle(READER))
    phone = str(stage.world["firm"][firm]["phone"])
    digits = phone.removeprefix("+86")
    text = written.format(digits=digits, end=digits[3:])
    same = {
        record
        for record, row in stage.world["firm"].items()
        if row["phone"] == phone and not row["deleted"]
    }
    assert firm in found(stage, f"phone = '{text}'") == same
    assert found(stage, f"phone in ('{text}', '1')") == same
    assert found(stage, f"phone = '{digits[:-1]}'") == set()


@pytest.mark.parametrize(
    "condition",
    ["phone != '1'", "phone < '2'", "phone contains '138'", "phone starts '1'", "phone is empty",
     "phone = email", "phone = null", "phone in ('1', null)", "length(phone) = 11",
     "phone + '' = '1'", "credit between 1 and 2", "credit + 0 = 7", "seen_at = '2026-03-02'"],
)  # fmt: skip
def test_nothing_else_is_asked_of_a_masked_field(stage: Stage, condition: str) -> None:
    with pytest.raises(QueryError):
        found(stage, condition)


def test_who_asks_for_no_parts_has_no_such_field(stage: Stage) -> None:
    with stage.desk(READER) as desk:
        request = PageRequest(entity="firm", columns=("name", "phone", "level"), limit=1)
        hidden, shown = desk.page(request), desk.page(replace(request, masked=True))
    assert hidden.unreadable == ("name", "phone")
    assert shown.unreadable == ()
