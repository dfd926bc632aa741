"""What is found on sheets that nobody has described: heads of one row or two, the first table."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.exchange.cells import Cell, SheetRow
from cardwright_entities.exchange.sheets import SheetReport
from cardwright_entities.exchange.surveys import Survey, survey_rows


def survey(*rows: Sequence[Cell]) -> Survey:
    """Survey rows as they stand below each other; an empty one is a gap."""
    numbered = [
        SheetRow(number=number, cells=tuple(cells)) for number, cells in enumerate(rows, 1) if cells
    ]
    return survey_rows(SheetReport(rows=len(numbered)), numbered)


def titles(found: Survey) -> list[str]:
    return [each.title for each in found.columns]


def test_the_head_is_the_first_row_of_titles() -> None:
    found = survey(["客户", "电话"], ["甲", "1"], ["乙", "2"])
    assert titles(found) == ["客户", "电话"]
    assert found.columns[0].cells == ("甲", "乙")
    assert (found.rows, found.more) == (2, False)


def test_a_title_of_the_sheet_above_the_head_is_passed_over() -> None:
    found = survey(["2026 年客户登记表"], ["客户", "电话", "地址"], ["甲", "1", "苏州"])
    assert titles(found) == ["客户", "电话", "地址"]
    assert found.rows == 1


def test_merged_cells_above_a_second_row_of_the_head_stand_before_its_titles() -> None:
    found = survey(
        ["客户", "联系人", None, None, "金额"],
        [None, "姓名", "电话", "邮箱", None],
        ["甲", "王", "1", "a@b.cn", 5],
    )
    assert titles(found) == ["客户", "联系人 姓名", "联系人 电话", "联系人 邮箱", "金额"]
    assert found.columns[4].cells == (5,)


def test_only_the_first_of_several_tables_is_read() -> None:
    found = survey(["客户", "电话"], ["甲", "1"], [], ["产品", "价格"], ["泵", "9"])
    assert titles(found) == ["客户", "电话"]
    assert (found.rows, found.more) == (1, True)


def test_a_gap_alone_ends_no_table() -> None:
    found = survey(["客户", "数量"], ["甲", 1], [], ["乙", 2])
    assert found.columns[1].cells == (1, 2)
    assert found.more is False


def test_columns_without_a_title_are_left_out() -> None:
    found = survey(["客户", "", "电话"], ["甲", "x", "1"])
    assert titles(found) == ["客户", "电话"]
    assert found.columns[1].cells == ("1",)


def test_nothing_is_no_table() -> None:
    assert survey().columns == ()
