"""Stages in files: records come in the state in which they are, and go on by moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Trade


def test_new_records_come_in_any_state_by_its_name_or_its_words(bids: Trade) -> None:
    file = bids.csv("名称,阶段\n甲,won\n乙,落标\n丙,\n丁,nowhere\n")
    job = bids.bring_job(file, "bid")
    assert bids.records("bid", "name", "stage") == [
        ("甲", "won"),
        ("乙", "lost"),
        ("丙", "draft"),
    ]
    assert bids.codes(job) == {5: {"stage": ["not_in_list"]}}


def test_records_that_are_there_go_on_by_moves_only(bids: Trade) -> None:
    bids.bring(bids.csv("name,amount\nA,5\nB,5\n"), "bid")
    file = bids.csv("name,stage\nA,sent\nB,won\n")
    job = bids.bring_job(file, "bid", mode="update", key=("name",))
    assert bids.records("bid", "name", "stage") == [("A", "sent"), ("B", "draft")]
    assert bids.codes(job) == {3: {"stage": ["no_such_move"]}}
