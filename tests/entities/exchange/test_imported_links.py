"""Cells of a file find the records that they mean, in the store and in the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Trade


def test_links_are_found_by_code_and_by_name(trade: Trade) -> None:
    hd = trade.create("area", code="HD", name="华东")
    hn = trade.create("area", code="HN", name="华南")
    trade.bring(trade.csv("名称,地区\n甲,HD\n乙,华南\n"), "firm")
    assert trade.records("firm", "area") == [(hd,), (hn,)]


def test_a_title_may_say_by_which_field_a_link_is_found(trade: Trade) -> None:
    trade.create("area", code="HN", name="HD")
    hd = trade.create("area", code="HD", name="华东")
    trade.bring(trade.csv("名称,地区.编码\n甲,HD\n"), "firm")
    assert trade.records("firm", "area") == [(hd,)]


def test_a_link_to_nothing_or_to_several_is_refused(trade: Trade) -> None:
    trade.create("area", code="A1", name="同名")
    trade.create("area", code="A2", name="同名")
    job = trade.bring_job(trade.csv("名称,地区\n甲,同名\n乙,火星\n丙,A1\n"), "firm")
    assert trade.codes(job) == {2: {"area": ["several_records"]}, 3: {"area": ["no_such_record"]}}
    assert len(trade.records("firm", "name")) == 1


def test_links_to_several_and_to_any_entity_are_found(trade: Trade) -> None:
    firm = trade.create("firm", name="甲")
    one = trade.create("thing", code="T1", name="减速机")
    two = trade.create("thing", code="T2", name="轴承")
    trade.create("person", name="王芳")
    trade.bring(trade.csv("公司,附件,关于\n甲,T1、轴承,王芳\n甲,,T1\n"), "deal")
    with trade.engine.read(trade.context) as desk:
        first = desk.record("deal", 1).values
        second = desk.record("deal", 2).values
    assert first["firm"] == firm
    assert first["extras"] == (one, two)
    assert str(first["about"]) != str(second["about"])
    assert getattr(second["about"], "id", None) == one


def test_links_inside_the_file_are_set_when_all_rows_are_there(trade: Trade) -> None:
    file = trade.csv("编码,名称,上级\nA,甲,C\nB,乙,\nC,丙,B\n")
    result = trade.bring(file, "area")
    assert (result["imported"], result["rejected"], result["warned"]) == (3, 0, 0)
    (_, b, c) = (1, 2, 3)
    assert trade.records("area", "code", "above") == [("A", c), ("B", None), ("C", b)]


def test_a_link_to_a_refused_row_is_left_out_and_said(trade: Trade) -> None:
    job = trade.bring_job(trade.csv("编码,名称,上级\nA,甲,B\nB,,\n"), "area")
    result = trade.read(job).result
    assert result is not None
    assert (result["imported"], result["rejected"], result["warned"]) == (1, 1, 1)
    assert trade.codes(job)[2] == {"above": ["no_such_record"]}
    assert trade.records("area", "code", "above") == [("A", None)]


def test_a_link_to_nobody_in_the_file_is_refused_at_once(trade: Trade) -> None:
    job = trade.bring_job(trade.csv("编码,名称,上级\nA,甲,Z\n"), "area")
    assert trade.codes(job) == {2: {"above": ["no_such_record"]}}
    assert trade.records("area", "code") == []


def test_circles_in_the_file_are_refused_where_they_close(trade: Trade) -> None:
    result = trade.bring(trade.csv("编码,名称,上级\nA,甲,B\nB,乙,A\n"), "area")
    assert (result["imported"], result["warned"]) == (2, 1)
    assert [above for _, above in trade.records("area", "code", "above")].count(None) == 1
