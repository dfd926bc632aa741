"""Rows of a file become records: all reasons told, none lost, taken back as one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.exchange.importing import Import
from cardwright_entities.records.undoing import undo
from cardwright_entities.store.audit_tables import cw_audit

if TYPE_CHECKING:
    from conftest import Trade


def test_rows_become_records_through_titles_in_either_language(trade: Trade) -> None:
    file = trade.csv("编码*,Name,单价\nT1,减速机,99.90\nT2,轴承,\n")
    result = trade.bring(file, "thing")
    assert (result["rows"], result["imported"], result["rejected"]) == (2, 2, 0)
    assert result["rejects"] is None
    assert trade.records("thing", "code", "name", "price") == [
        ("T1", "减速机", Decimal("99.90")),
        ("T2", "轴承", None),
    ]


def test_cells_of_a_workbook_keep_their_kinds(trade: Trade) -> None:
    rows = [
        ["名称", "人数", "成立日期", "伙伴", "信用额度", "电话"],
        ["甲", 12, date(2020, 2, 29), True, Decimal("12.50"), "021-55551234"],
        ["乙", "15", "2021年3月1日", "否", "1,200.5", None],
    ]
    trade.bring(trade.workbook(rows), "firm")
    assert trade.records("firm", "name", "staff", "founded", "partner", "credit") == [
        ("甲", 12, date(2020, 2, 29), True, Decimal("12.50")),
        ("乙", 15, date(2021, 3, 1), False, Decimal("1200.50")),
    ]


def test_a_bad_row_is_refused_with_all_its_reasons_and_the_others_come_in(trade: Trade) -> None:
    file = trade.csv(
        "name,staff,founded,level\n"
        "好,1,2020-01-01,A\n"
        ",many,someday,z\n"
        "未来,1,2999-01-01,B 级\n"
        "也好,2,,\n"
    )
    job = trade.bring_job(file, "firm")
    result = trade.read(job).result
    assert result is not None
    assert (result["rows"], result["imported"], result["rejected"]) == (4, 2, 2)
    codes = trade.codes(job)
    assert codes[3]["staff"] == ["not_a_number"]
    assert codes[3]["founded"] == ["not_a_date"]
    assert "level" in codes[3]
    assert codes[4] == {"founded": ["check_failed"]}
    assert [name for (name,) in trade.records("firm", "name")] == ["好", "也好"]


def test_refused_rows_come_back_as_a_file_that_can_be_corrected(trade: Trade) -> None:
    file = trade.csv("code,name,price\nT1,好,1\nT2,,x\n=T3,,y\n", "things.csv")
    result = trade.bring(file, "thing")
    rows = trade.rows_of(result["rejects"])
    assert rows[0] == ["Row", "Reason", "code", "name", "price"]
    assert [row[0] for row in rows[1:]] == ["3", "4"]
    assert "price: not_a_number" in str(rows[1][1])
    assert rows[2][2] == "=T3"
    assert b"'=T3" in trade.content(result["rejects"])
    corrected = trade.table([["code", "name", "price"], ["T2", "改好", "2"], ["T3", "改好", "3"]])
    assert trade.bring(corrected, "thing")["imported"] == 2


def test_a_refused_row_of_a_workbook_comes_back_in_a_workbook(trade: Trade) -> None:
    rows = [["code", "name", "price"], ["T1", None, Decimal("1.5")]]
    result = trade.bring(trade.workbook(rows), "thing")
    assert trade.rows_of(result["rejects"])[1][2:] == ["T1", None, Decimal("1.5")]


def test_a_key_finds_records_to_change(trade: Trade) -> None:
    trade.bring(trade.csv("code,name,price\nT1,旧,1\n"), "thing")
    result = trade.bring(trade.csv("code,name,price\nT1,新,\nT2,二,2\n"), "thing")
    assert (result["created"], result["updated"]) == (1, 1)
    assert trade.records("thing", "code", "name", "price") == [
        ("T1", "新", Decimal("1.00")),
        ("T2", "二", Decimal("2.00")),
    ]


def test_empty_cells_empty_values_only_when_asked(trade: Trade) -> None:
    trade.bring(trade.csv("code,name,price\nT1,一,1\n"), "thing")
    trade.bring(trade.csv("code,name,price\nT1,一,\n"), "thing", blanks="clear")
    assert trade.records("thing", "price") == [(None,)]


@pytest.mark.parametrize(
    ("mode", "created", "updated", "code"),
    [
        ("create", ["T1", "T2"], 0, {2: {"code": ["already_there"]}}),
        ("update", ["T1"], 1, {3: {"code": ["no_such_record"]}}),
    ],
)
def test_a_mode_refuses_what_it_does_not_do(
    trade: Trade, mode: str, created: list[str], updated: int, code: dict[int, Any]
) -> None:
    trade.create("thing", code="T1", name="旧")
    job = trade.bring_job(trade.csv("code,name\nT1,新\nT2,二\n"), "thing", mode=mode)
    assert trade.codes(job) == code
    assert [each for (each,) in trade.records("thing", "code")] == created


def test_the_same_key_twice_in_a_file_changes_what_it_made(trade: Trade) -> None:
    result = trade.bring(trade.csv("code,name\nT1,一\nT2,二\nT1,三\n"), "thing")
    assert (result["created"], result["updated"]) == (2, 1)
    assert trade.records("thing", "name") == [("三",), ("二",)]


def test_a_value_that_is_taken_refuses_its_own_row_only(trade: Trade) -> None:
    trade.create("thing", code="T1", name="旧")
    rows: list[list[Any]] = [["code", "name"]]
    rows += [[f"N{number}", f"新 {number}"] for number in range(20)]
    rows[7] = ["T1", "重"]
    job = trade.bring_job(trade.table(rows), "thing", mode="create", key=("name",))
    assert trade.codes(job) == {8: {"code": ["already_used"]}}
    assert len(trade.records("thing", "code")) == 20


def test_id_and_version_say_which_record_as_it_was_known(trade: Trade) -> None:
    record = trade.create("thing", code="T1", name="旧")
    stale = trade.create("thing", code="T2", name="旧")
    with trade.engine.write(trade.context) as desk:
        desk.records.update("thing", stale, {"name": "改过"}, 1)
    rows = [["id", "version", "name"], [record, 1, "新"], [stale, 1, "新"], [999, 1, "无"]]
    job = trade.bring_job(trade.table(rows), "thing")
    assert trade.codes(job) == {3: {"": ["changed_meanwhile"]}, 4: {"id": ["no_such_record"]}}
    assert trade.records("thing", "name") == [("新",), ("改过",)]


def test_head_and_lines_stand_in_one_sheet(trade: Trade) -> None:
    trade.create("firm", name="甲")
    for code, price in (("T1", 10), ("T2", 20)):
        trade.create("thing", code=code, name=code, price=price)
    rows = [
        ["公司", "到期", "明细.产品", "明细.数量"],
        ["甲", date(2027, 1, 1), "T1", 2],
        [None, None, "T2", 1],
        ["甲", date(2027, 2, 1), "T2", 5],
    ]
    result = trade.bring(trade.workbook(rows), "deal")
    assert (result["rows"], result["imported"], result["created"]) == (3, 3, 2)
    assert trade.records("deal", "due", "total") == [
        (date(2027, 1, 1), Decimal("40.00")),
        (date(2027, 2, 1), Decimal("100.00")),
    ]


def test_one_bad_line_refuses_its_document_and_says_where(trade: Trade) -> None:
    trade.create("firm", name="甲")
    trade.create("thing", code="T1", name="减速机")
    file = trade.csv("公司,产品,数量\n甲,T1,1\n,T1,many\n甲,T1,3\n", "deals.csv")
    job = trade.bring_job(file, "deal", key=("number",), mode="create", columns={"公司": "firm"})
    assert trade.read(job).state == "failed"  # the key is not in the file
    job = trade.bring_job(file, "deal")
    codes = trade.codes(job)
    assert codes[2] == {"": ["other_row_refused"]}
    assert codes[3] == {"items.quantity": ["not_a_number"]}
    result = trade.read(job).result
    assert result is not None
    assert result["rejected"] + result["imported"] == 3


def test_what_the_gate_says_of_a_line_stands_at_its_row(trade: Trade) -> None:
    trade.create("firm", name="甲")
    trade.create("thing", code="T1", name="减速机")
    job = trade.bring_job(trade.csv("公司,产品,数量\n甲,T1,1\n,,2\n"), "deal")
    assert trade.codes(job)[3] == {"items.thing": ["required"]}


def test_rows_that_say_other_things_of_the_head_are_refused(trade: Trade) -> None:
    trade.create("firm", name="甲")
    trade.create("thing", code="T1", name="减速机")
    trade.create("deal", firm=1)
    rows = "id,到期,产品\n1,2027-01-01,T1\n1,2027-02-02,T1\n"
    job = trade.bring_job(trade.csv(rows), "deal")
    assert trade.codes(job)[3] == {"due": ["differs_from_first_row"]}


def test_a_file_of_lines_finds_their_heads(trade: Trade) -> None:
    trade.create("firm", name="甲")
    for code in ("T1", "T2"):
        trade.create("thing", code=code, name=code, price=10)
    for _ in range(2):
        trade.create("deal", firm=1)
    rows = (
        "单号,产品,数量\nD0001,T1,1\nD0002,T1,2\nD0001,T2,3\nD0009,T1,1\nD0002,T9,1\nD0002,T2,x\n"
    )
    options: dict[str, Any] = {"columns": {"单号": "head.number"}, "key": ("head", "thing")}
    job = trade.bring_job(trade.csv(rows), "deal_item", **options)
    assert trade.codes(job) == {
        5: {"head": ["no_such_record"]},
        6: {"thing": ["no_such_record"]},
        7: {"quantity": ["not_a_number"]},
    }
    assert trade.records("deal", "total") == [(Decimal("40.00"),), (Decimal("20.00"),)]
    changed = trade.bring(trade.csv("单号,产品,数量\nD0001,T1,5\n"), "deal_item", **options)
    assert (changed["created"], changed["updated"]) == (0, 1)
    assert trade.records("deal", "total")[0] == (Decimal("80.00"),)


def test_a_bad_line_does_not_hold_up_the_others_of_its_head(trade: Trade) -> None:
    trade.create("firm", name="甲")
    trade.create("thing", code="T1", name="减速机", price=10)
    trade.create("deal", firm=1)
    rows = "单号,产品,数量\nD0001,T1,1\nD0001,,2\nD0001,T1,3\n"
    job = trade.bring_job(trade.csv(rows), "deal_item", columns={"单号": "head.number"})
    assert trade.codes(job) == {3: {"thing": ["required"]}}
    assert trade.records("deal", "total") == [(Decimal("40.00"),)]


def test_a_dry_run_tells_the_same_and_writes_nothing(trade: Trade) -> None:
    trade.create("thing", code="T1", name="旧")
    file = trade.csv("code,name\nT1,新\nT2,二\nT3,\nT2,三\n")
    dry = trade.bring(file, "thing", dry_run=True)
    assert trade.records("thing", "code", "name") == [("T1", "旧")]
    wet = trade.bring(file, "thing")
    same = ("rows", "imported", "rejected", "created", "updated")
    assert [dry[each] for each in same] == [wet[each] for each in same]
    assert dry["change_set"] is None
    assert dry["rejects"] is not None


def test_the_log_tells_of_an_import_that_was_no_dry_run(trade: Trade) -> None:
    file = trade.csv("code,name\nT1,一\nT2,二\nT3,\n")
    trade.bring(file, "thing", dry_run=True)
    trade.bring(file, "thing")
    with trade.store.read(trade.context) as session:
        wanted = select(cw_audit.c.records, cw_audit.c.detail, cw_audit.c.entity)
        rows = session.rows(wanted.where(cw_audit.c.kind == "imported"))
        entity = trade.engine.desk(session, trade.context).model.entity("thing").definition.id
    assert [tuple(row) for row in rows] == [(2, {"rows": 3, "rejected": 1}, entity)]


def test_a_dry_run_of_many_batches_knows_what_it_has_seen(quick_trade: Trade) -> None:
    rows = [["code", "name"], *[[f"T{number % 600}", "名"] for number in range(1200)]]
    file = quick_trade.table(rows)
    dry = quick_trade.bring(file, "thing", dry_run=True)
    wet = quick_trade.bring(file, "thing")
    assert (dry["created"], dry["updated"]) == (600, 600) == (wet["created"], wet["updated"])


def test_an_import_is_undone_as_one(trade: Trade) -> None:
    trade.create("thing", code="T1", name="旧")
    rows = [["code", "name"], *[[f"T{number}", "新"] for number in range(1, 701)]]
    result = trade.bring(trade.table(rows), "thing")
    assert (result["created"], result["updated"]) == (699, 1)
    with trade.engine.write(trade.context) as desk:
        undone = undo(desk.records, result["change_set"])
    assert undone.undone == 700
    assert trade.records("thing", "code", "name") == [("T1", "旧")]


def test_a_cancelled_import_keeps_whole_batches_and_can_go_on(trade: Trade) -> None:
    rows = [["code", "name"], *[[f"T{number}", "新"] for number in range(1200)]]
    job = trade.ask(trade.table(rows), "thing")
    _interrupt(trade, job, after=1)
    stopped = trade.read(job)
    assert stopped.state == "cancelled"
    assert (stopped.progress.done, stopped.progress.total) == (500, 1200)
    assert len(trade.records("thing", "code")) == 500
    with trade.store.write(trade.context) as session:
        trade.jobs.resume(session, job)
    trade.work()
    ended = trade.read(job).result
    assert ended is not None
    assert (ended["rows"], ended["imported"], ended["created"]) == (1200, 1200, 1200)
    assert len({code for (code,) in trade.records("thing", "code")}) == 1200


def _interrupt(trade: Trade, job: int, *, after: int) -> None:
    """Cancel the job while it works, once so many batches are stored."""
    original = Import._store_batch
    batches = 0

    def store_batch(self: Import, *arguments: Any) -> None:
        nonlocal batches
        batches += 1
        if batches == after:
            with trade.store.write(trade.context) as session:
                trade.jobs.cancel(session, job)
        original(self, *arguments)

    Import._store_batch = store_batch  # type: ignore[method-assign]  # it is the point
    try:
        trade.work()
    finally:
        Import._store_batch = original  # type: ignore[method-assign]  # it is the point


def test_rights_hold_for_imports(trade: Trade) -> None:
    file = trade.csv("name,credit\n甲,5\n")
    trade.context = trade.installation.acting("guest")
    with pytest.raises(AccessError):
        trade.ask(file, "firm")
    with pytest.raises(NotFoundError):
        trade.ask(file, "thing")
    trade.context = trade.installation.acting("clerk")
    result = trade.bring(file, "firm")
    assert result["unknown_columns"] == ["credit"]  # a field that the clerk does not have
    assert trade.records("firm", "name", "credit") == [("甲", None)]


def test_somebody_elses_file_is_not_there(trade: Trade) -> None:
    file = trade.csv("code,name\nT1,一\n")
    trade.context = trade.installation.acting("chief", account=2)
    with pytest.raises(NotFoundError):
        trade.ask(file, "thing")


def test_rights_that_end_end_the_import(trade: Trade) -> None:
    job = trade.ask(trade.csv("code,name\nT1,一\n"), "thing")
    trade.context = trade.installation.acting("clerk")
    trade.work()
    assert trade.read(job).state == "failed"
    assert trade.records("thing", "code") == []


@pytest.mark.parametrize(
    ("text", "options", "path"),
    [
        ("eins,zwei\n1,2\n", {}, "columns"),
        ("code,name\n1,2\n", {"columns": {"code": "colour"}}, "columns"),
        ("code,name\n1,2\n", {"import_map": "nowhere"}, "import_map"),
        ("name\n2\n", {"key": ("code",)}, "key"),
        ("name\n2\n", {"mode": "update"}, "key"),
        ("\n\n", {}, "file"),
    ],
)
def test_what_cannot_be_imported_at_all_is_said_and_changes_nothing(
    quick_trade: Trade, text: str, options: dict[str, Any], path: str
) -> None:
    job = quick_trade.bring_job(quick_trade.csv(text), "thing", **options)
    ended = quick_trade.read(job)
    assert ended.state == "failed"
    assert ended.error is not None
    assert list(ended.error["fields"]) == [path]
    assert quick_trade.records("thing", "code") == []


def test_a_wrong_mode_is_refused_before_there_is_a_job(quick_trade: Trade) -> None:
    with pytest.raises(InputError):
        quick_trade.ask(quick_trade.csv("code\n1\n"), "thing", mode="delete")


def test_titles_may_stand_below_a_heading(quick_trade: Trade) -> None:
    file = quick_trade.csv("产品清单,,\n制表：王芳,,\n编码,名称,单价\nT1,一,1\n")
    assert quick_trade.bring(file, "thing")["imported"] == 1


def test_a_comma_without_quotes_is_joined_and_said(quick_trade: Trade) -> None:
    text = "code,name,price\nT1,Pavlova, Ltd.,5\nT2,A,B,5\nT3,x,1\n"
    job = quick_trade.bring_job(quick_trade.csv(text), "thing")
    assert quick_trade.codes(job) == {
        2: {"": ["cells_joined"]},
        3: {"": ["more_cells_than_titles"], "price": ["not_a_number"]},
    }
    assert quick_trade.records("thing", "name", "price") == [
        ("Pavlova, Ltd.", Decimal("5.00")),
        ("x", Decimal("1.00")),
    ]


def test_cells_that_hold_no_value_refuse_their_row(quick_trade: Trade, tmp_path: Any) -> None:
    cut = "x" * 32_766 + "…"
    rows: list[list[Any]] = [["name", "note"], ["甲", cut], ["乙", "y" * 15_000]]
    job = quick_trade.bring_job(quick_trade.workbook(rows), "firm")
    assert quick_trade.codes(job) == {2: {"note": ["cut_text"]}}


def test_progress_is_seen_while_it_runs(quick_trade: Trade) -> None:
    rows = [["code", "name"], *[[f"T{number}", "新"] for number in range(600)]]
    job = quick_trade.bring_job(quick_trade.table(rows), "thing")
    progress = quick_trade.read(job).progress
    assert (progress.done, progress.total) == (600, 600)
    assert quick_trade.now - quick_trade.read(job).created_at >= timedelta(0)
