"""``cardwright explain RECORD --for LOGIN``: what somebody may do, and which role gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Cardwright = Callable[..., Any]


def test_it_says_what_somebody_may_do_with_a_record_and_by_which_role(
    cardwright: Cardwright,
) -> None:
    first = cardwright("user", "add", "anna", "--role", "reader", "--json").json()["id"]
    assert cardwright("user", "add", "boris", "--role", "editor").code == 0
    told = cardwright("explain", f"mate/{first}", "--for", "anna", "--json")
    assert told.code == 0
    found = told.json()
    assert found["account"] == first
    holds = {each["action"]: each["holds"] for each in found["actions"]}
    assert (holds["read"], holds["edit"], holds["delete"]) == (True, False, False)
    read = next(each for each in found["actions"] if each["action"] == "read")
    assert [(each["role"], each["scope"], each["holds"]) for each in read["tried"]] == [
        ("reader", "all", True)
    ]
    levels = {each["field"]: each["level"] for each in found["fields"]}
    assert levels["called"] == "read"
    said = cardwright("explain", f"mate/{first}", "--for", "anna").out
    assert "✓" in said
    assert "✗" in said
    assert "reader" in said
    assert "called" in said


def test_who_or_what_is_not_there_is_said(cardwright: Cardwright) -> None:
    first = cardwright("user", "add", "anna", "--role", "reader", "--json").json()["id"]
    for record, login in ((f"mate/{first}", "nobody"), ("mate/99", "anna"), ("boat/1", "anna")):
        told = cardwright("explain", record, "--for", login)
        assert told.code == 1, (record, login)
        assert told.err
