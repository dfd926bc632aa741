from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from cardwright_entities.errors import AccessError, InputError, NotFoundError, QueryError
from cardwright_entities.exchange.requests import ExportRequest, ImportRequest
from cardwright_entities.exchange.templates import template_layout, write_template
from cardwright_entities.files.register import read_file

if TYPE_CHECKING:
    from conftest import Trade


def fill(trade: Trade) -> None:
    area = trade.create("area", code="HD", name="华东")
    trade.create(
        "firm",
        name="=cmd|' /C calc'!A0",
        level="a",
        tags=["a", "c"],
        area=area,
        phone="+8621555512345",
        credit="1200.50",
        staff=12,
        share="0.15",
        founded="2020-02-29",
        seen_at="2026-11-01T08:30:00Z",
        partner=True,
        note="第一行\n第二行",
    )
    trade.create("firm", name="乙", level="c", mother=1, credit="-5", partner=False)


COLUMNS = (
    *("name", "level", "tags", "area", "mother", "phone", "credit", "staff", "share", "founded"),
    *("seen_at", "partner", "note"),
)


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_what_is_exported_comes_back_as_the_same_values(trade: Trade, format: str) -> None:
    fill(trade)
    before = trade.records("firm", *COLUMNS)
    rows = trade.take("firm", columns=COLUMNS, format=format, sort=("id",))
    assert len(rows) == 3
    trade.context = trade.installation.acting("chief")
    with trade.engine.write(trade.installation.system()) as desk:
        for record in (2, 1):
            desk.records.delete("firm", record)
    file = _last_file(trade)
    result = trade.bring(file, "firm", mode="create")
    assert result["rejected"] == 0, trade.outcomes(result["change_set"])
    after = [list(row) for row in trade.records("firm", *COLUMNS)]
    for row in after:
        row[4] = 1 if row[4] else None  # the mother is another record now
    assert [tuple(row) for row in after] == before


def _last_file(trade: Trade) -> int:
    with trade.store.read(trade.context) as session:
        (job, *_) = trade.jobs.page(session, limit=1)
    assert job.result is not None
    return int(job.result["file"])


def test_cells_are_typed_and_titles_are_in_the_readers_language(trade: Trade) -> None:
    fill(trade)
    columns = ("name", "credit", "founded", "seen_at", "area", "area.code", "partner")
    rows = trade.take("firm", columns=columns, where="level = 'a'")
    assert rows == [
        ["Name", "Credit", "Founded", "Seen", "Area", "Area.Code", "Partner"],
        [
            "=cmd|' /C calc'!A0",
            Decimal("1200.5"),
            date(2020, 2, 29),
            datetime(2026, 11, 1, 16, 30),
            "华东",
            "HD",
            "Yes",
        ],
    ]


def test_without_columns_those_of_the_list_are_taken(trade: Trade) -> None:
    fill(trade)
    assert trade.take("firm")[0] == ["Name", "Level", "Area", "Staff", "Credit", "Seen"]


def test_ids_and_versions_make_changes_come_back(trade: Trade) -> None:
    fill(trade)
    rows = trade.take("firm", columns=("name", "staff"), with_ids=True, sort=("id",))
    assert rows[0] == ["id", "version", "Name", "Staff"]
    rows[2] = [*rows[2][:3], 99]
    result = trade.bring(trade.workbook(rows), "firm")
    assert (result["updated"], result["rejected"]) == (2, 0)
    assert trade.records("firm", "staff") == [(12,), (99,)]


def test_lines_stand_beside_their_head_and_come_back(trade: Trade) -> None:
    trade.create("firm", name="甲")
    thing = trade.create("thing", code="T1", name="减速机", price=10)
    for count in (2, 0, 1):
        lines = [{"thing": thing, "quantity": number + 1} for number in range(count)]
        trade.create("deal", firm=1, items=lines)
    columns = ("number", "firm", "items.thing", "items.quantity")
    rows = trade.take("deal", columns=columns, sort=("id",))
    assert rows == [
        ["Number", "Firm", "Items.Thing", "Items.Quantity"],
        ["D0001", "甲", "减速机", 1],
        ["D0001", "甲", "减速机", 2],
        ["D0002", "甲"],
        ["D0003", "甲", "减速机", 1],
    ]


def test_many_pages_are_one_file(quick_trade: Trade) -> None:
    with quick_trade.engine.write(quick_trade.installation.system()) as desk:
        raws = [{"code": f"T{number}", "name": "名"} for number in range(2500)]
        desk.records.create_many("thing", raws)
    rows = quick_trade.take("thing", columns=("code",), format="csv", sort=("id",))
    assert [row[0] for row in rows[1:]] == [f"T{number}" for number in range(2500)]


def test_a_condition_a_search_and_ids_narrow_what_is_taken(trade: Trade) -> None:
    fill(trade)
    assert len(trade.take("firm", columns=("name",), where="staff > 5")) == 2
    assert len(trade.take("firm", columns=("name",), ids=(2,))) == 2
    narrow: dict[str, Any] = {"field": "level", "op": "=", "value": "c"}
    assert trade.take("firm", columns=("name",), filter=narrow)[1:] == [["乙"]]
    assert trade.take("firm", columns=("name",), where="staff > 500") == [["Name"]]


def test_nothing_is_exported_that_may_not_be_read(trade: Trade) -> None:
    fill(trade)
    trade.context = trade.installation.acting("clerk")
    assert trade.take("firm")[0] == ["Name", "Level", "Area", "Staff", "Seen"]
    for columns in (("credit",), ("name", "nothing"), ("area.nothing",)):
        with pytest.raises(InputError):
            trade.take("firm", columns=columns)
    with pytest.raises(QueryError):
        trade.take("firm", where="credit > 5")
    trade.context = trade.installation.acting("guest")
    with pytest.raises(AccessError):
        trade.take("firm")
    with pytest.raises(NotFoundError):
        trade.take("thing")


def test_a_format_that_is_none_is_refused(quick_trade: Trade) -> None:
    with (
        quick_trade.engine.write(quick_trade.context) as desk,
        pytest.raises(InputError),
    ):
        quick_trade.exchange.start_export(desk, ExportRequest(entity="firm", format="pdf"))


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_template_is_known_again_column_by_column(quick_trade: Trade, ending: str) -> None:
    trade = quick_trade
    with trade.engine.read(trade.context) as desk:
        layout = template_layout(desk, "deal")
    target = trade.folder / f"template{ending}"
    write_template(trade.exchange.services, layout, target)
    file = trade.upload(target.read_bytes(), target.name)
    titles = trade.rows_of(file)[0]
    assert "Firm*" in titles
    assert "Items.Thing*" in titles
    filled = trade.table([titles, [{"Firm*": "甲"}.get(str(title)) for title in titles]])
    trade.create("firm", name="甲")
    result = trade.bring(filled, "deal")
    assert result["unknown_columns"] == []


def test_a_template_offers_choices_and_says_how_links_are_found(quick_trade: Trade) -> None:
    with quick_trade.engine.read(quick_trade.context) as desk:
        columns = {each.title: each for each in template_layout(desk, "firm").columns}
    assert columns["Level"].choices == ("A", "B", "C")
    assert columns["Partner"].choices == ("Yes", "No")
    assert columns["Area"].note == "Area: Code / Name"
    assert columns["Founded"].format == "yyyy-mm-dd"
    assert "No." not in columns


def test_a_preview_shows_titles_rows_and_the_use_of_columns(quick_trade: Trade) -> None:
    from_file = quick_trade.csv("产品\n编码;名称;?\nT1;减速机;5\n", encoding="gb18030")
    with quick_trade.engine.read(quick_trade.context) as desk:
        preview = quick_trade.exchange.preview(desk, ImportRequest(file=from_file, entity="thing"))
    assert preview.report.encoding == "gb18030"
    assert preview.titles == ("编码", "名称", "?")
    assert preview.rows == (("T1", "减速机", "5"),)
    assert preview.plan is not None
    assert [use.path for use in preview.plan.columns] == ["code", "name"]
    assert preview.plan.unknown == ("?",)
    assert {"code", "name", "price", "owner"} <= {each.path for each in preview.fields}


def test_the_name_of_an_export_says_what_and_when(quick_trade: Trade) -> None:
    quick_trade.take("thing", format="csv")
    with quick_trade.store.read(quick_trade.context) as session:
        assert read_file(session, _last_file(quick_trade)).name == "Thing-20261118-1130.csv"
