"""Reports over a trait: the records of several entities together, each with its own rights."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import LimitError, NotFoundError, QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.conditions import read_expression
from cardwright_entities.reports.listing import ListRequest
from cardwright_entities.reports.tables import ReportTable
from cardwright_metadata.checking import check


@pytest.fixture
def errands(store_url: str) -> Iterator[Installation]:
    """Firm A has a done ticket of 2 hours and a done visit of 4, firm B a new visit of 1."""
    installation = build_installation(store_url, PACKS / "errands")
    with installation.engine.write(installation.system()) as desk:
        a, b = (desk.records.create("firm", {"name": name}).id for name in "AB")
        done = {"firm": a, "state": "done", "day": "2026-03-02"}
        desk.records.create("ticket", {**done, "name": "broken", "hours": "2"})
        desk.records.create("visit", {**done, "name": "fair", "hours": "4"})
        late = {"firm": b, "state": "new", "day": "2026-05-07"}
        desk.records.create("visit", {**late, "name": "inspection", "hours": "1"})
    yield installation
    installation.store.close()


def asked(where: str = "", limit: int = 50, after: str = "") -> ListRequest:
    tree = read_expression(where) if where else None
    return ListRequest(where=tree, limit=limit, after=after)


def by_firm(desk: Desk, table: ReportTable) -> dict[str, tuple[object, ...]]:
    firms = {row: row[0] for row in table.rows}
    return {
        table.titles["firm", firm.id]: tuple(table.row_totals[row].values())
        for row, firm in firms.items()
        if isinstance(firm, RecordRef)
    }


def test_a_measure_over_a_trait_adds_up_the_records_of_all_its_entities(
    errands: Installation,
) -> None:
    with errands.engine.read(errands.acting("chief")) as desk:
        table = desk.report("work")
        assert by_firm(desk, table) == {"A": (6, 0, 4, 3), "B": (0, 1, 1, 1)}
        assert round(Decimal(str(table.totals["mean"])), 4) == Decimal("2.3333")
        narrowed = desk.report("work", read_expression("firm = 1"))
        assert list(by_firm(desk, narrowed)) == ["A"]


def test_each_entity_of_a_trait_has_its_own_rights(errands: Installation) -> None:
    with errands.engine.read(errands.acting("clerk")) as desk:
        assert by_firm(desk, desk.report("work")) == {"A": (2, 0, 2, 2)}
    with errands.engine.read(errands.acting("guide")) as desk:
        # Of visits no hours can be read, so none are added up; that they are there can.
        assert by_firm(desk, desk.report("work")) == {"A": (2, 0, 2, 2), "B": (0, 1, None, None)}


def test_a_report_lists_the_records_of_all_entities_of_a_trait_in_one_order(
    errands: Installation,
) -> None:
    with errands.engine.read(errands.acting("chief")) as desk:
        listed = desk.listed("errands")
        names = [listed.titles[each.record.entity, each.record.id] for each in listed.records]
        assert names == ["inspection", "broken", "fair"]
        assert [each.record.entity for each in listed.records] == ["visit", "ticket", "visit"]
        assert [column.path for column, _ in listed.columns] == ["firm", "day", "state", "hours"]
        assert listed.records[1].values["hours"] == Decimal(2)
        narrowed = asked("firm = 1 and day < '2026-05-01'")
        assert len(desk.listed("errands", narrowed).records) == 2
        with pytest.raises(QueryError):
            desk.listed("errands", asked("channel = 'x'"))


def test_of_the_records_of_a_trait_one_sees_those_that_one_may_read(errands: Installation) -> None:
    with errands.engine.read(errands.acting("clerk")) as desk:
        assert [each.record for each in desk.listed("errands").records] == [RecordRef("ticket", 1)]
    with errands.engine.read(errands.acting("guide")) as desk:
        # The condition asks for what cannot be read of visits.
        assert desk.listed("errands").entities == ("ticket",)
    with errands.engine.read(errands.acting()) as desk, pytest.raises(NotFoundError):
        desk.listed("errands")


def _fill(desk: Desk) -> None:
    """Add records of both entities, many of them equal in what the list is put in order by."""
    for number in range(30):
        values = {
            "name": f"{number % 4}",
            "firm": 1 + number % 2,
            "day": (None, "2026-04-01", "2026-04-02")[number % 3],
            "state": ("new", "done", None)[number % 3],
            "hours": str(1 + number % 5),
        }
        desk.records.create("ticket" if number % 5 < 3 else "visit", values)


@pytest.mark.parametrize("name", ["errands", "errands_by_firm", "errands_by_state"])
@pytest.mark.parametrize("size", [1, 7, 200])
def test_pages_follow_each_other_without_a_gap_and_without_a_double(
    errands: Installation, name: str, size: int
) -> None:
    with errands.engine.write(errands.system()) as desk:
        _fill(desk)
    with errands.engine.read(errands.acting("chief")) as desk:
        whole = [each.record for each in desk.all_listed(name).records]
        assert len(whole) == len(set(whole)) == 33
        found: list[RecordRef] = []
        after = ""
        while True:
            page = desk.listed(name, asked(limit=size, after=after))
            found += [each.record for each in page.records]
            after = page.next
            if not after:
                break
            assert len(page.records) == size
        assert found == whole


def test_pages_are_in_the_order_that_the_report_says(errands: Installation) -> None:
    with errands.engine.write(errands.system()) as desk:
        _fill(desk)
    with errands.engine.read(errands.acting("chief")) as desk:
        rows = [each.values for each in desk.all_listed("errands_by_state").records]
        order = [(("new", "done").index(str(row["state"])) if row["state"] else -1) for row in rows]
        assert order == sorted(order)
        new = [row for row, state in zip(rows, order, strict=True) if state == 0]
        hours = [Decimal(str(row["hours"])) for row in new]
        assert hours == sorted(hours, reverse=True)
        listed = desk.all_listed("errands_by_firm")
        firms = [listed.titles["firm", each.values["firm"]] for each in listed.records]
        assert firms == sorted(firms)


def test_a_page_takes_as_many_statements_however_many_records_there_are(
    errands: Installation,
) -> None:
    def statements() -> int:
        with errands.engine.read(errands.acting("chief")) as desk:
            before = desk.session.statements
            assert desk.listed("errands", asked(limit=3)).records
            return desk.session.statements - before

    few = statements()
    with errands.engine.write(errands.system()) as desk:
        _fill(desk)
    assert statements() == few <= 8


def test_a_cursor_of_another_question_is_refused(errands: Installation) -> None:
    with errands.engine.read(errands.acting("chief")) as desk:
        after = desk.listed("errands", asked(limit=1)).next
        for wrong in (asked("firm = 1", after=after), asked(after="x"), asked(after=after[:-2])):
            with pytest.raises(QueryError):
                desk.listed("errands", wrong)
        with pytest.raises(QueryError):
            desk.listed("errands_by_firm", asked(after=after))
        with pytest.raises(LimitError):
            desk.listed("errands", asked(limit=201))
    with errands.engine.read(errands.acting("guide")) as desk, pytest.raises(QueryError):
        desk.listed("errands", asked(after=after))


def by_kind(table: ReportTable) -> dict[object, tuple[object, ...]]:
    return {row[0]: tuple(table.row_totals[row].values()) for row in table.rows}


def test_the_kind_of_a_record_is_a_dimension(errands: Installation) -> None:
    with errands.engine.read(errands.acting("chief")) as desk:
        assert by_kind(desk.report("just_kinds")) == {"ticket": (2, 1, 2), "visit": (4, 2, 4)}
        table = desk.report("kinds")
        assert by_kind(table) == {"ticket": (2, 1), "visit": (4, 2)}
        a, b = table.columns
        cells = {
            (row[0], column[0]): table.cells[row, column] for row in table.rows for column in (a, b)
        }
        assert cells["visit", a[0]] == {"worked": 4, "all": 1}
        assert cells["visit", b[0]] == {"worked": 0, "all": 1}
        assert cells["ticket", b[0]] == {"worked": 0, "all": 0}
        assert dict(table.totals) == {"worked": 6, "all": 3}
        for where, kinds in (
            ("kind = 'visit'", ["visit"]),
            ("kind in ('visit', 'ticket') and firm = 1", ["ticket", "visit"]),
            ("kind != 'visit'", ["ticket"]),
            ("kind = 'nothing'", []),
        ):
            narrowed = read_expression(where)
            for name in ("kinds", "just_kinds"):
                assert list(by_kind(desk.report(name, narrowed))) == kinds, where
            found = desk.listed("errands", asked(where)).records
            assert sorted({each.record.entity for each in found}) == kinds, where
    with errands.engine.read(errands.acting("clerk")) as desk:
        assert by_kind(desk.report("just_kinds")) == {"ticket": (2, 1, 2)}


def test_only_records_of_a_trait_have_a_kind(errands: Installation, tmp_path: Path) -> None:
    def problems(counted: str) -> list[str]:
        report = (
            "kind: pack\nname: acme_wrong\nrequires: [errands]\n---\nkind: report\n"
            "name: acme_kinds\nlabel: Kinds\nrows: [kind]\n"
            f"measures: {{all: {{count: {counted}}}}}\n"
        )
        (tmp_path / "pack.yaml").write_text(report, "utf-8")
        return [each.code for each in check([PACKS / "errands", tmp_path], errands.types)[1]]

    assert problems("trait:errand") == []
    assert problems("firm") == ["unknown_dimension"]
