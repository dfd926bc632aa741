"""Reports over a trait: the records of several entities together, each with its own rights."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import NotFoundError, QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.conditions import read_expression
from cardwright_entities.reports.tables import ReportTable


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
        narrowed = desk.listed("errands", read_expression("firm = 1 and day < '2026-05-01'"))
        assert len(narrowed.records) == 2
        with pytest.raises(QueryError):
            desk.listed("errands", read_expression("channel = 'x'"))


def test_of_the_records_of_a_trait_one_sees_those_that_one_may_read(errands: Installation) -> None:
    with errands.engine.read(errands.acting("clerk")) as desk:
        assert [each.record for each in desk.listed("errands").records] == [RecordRef("ticket", 1)]
    with errands.engine.read(errands.acting("guide")) as desk:
        # The condition asks for what cannot be read of visits.
        assert desk.listed("errands").entities == ("ticket",)
    with errands.engine.read(errands.acting()) as desk, pytest.raises(NotFoundError):
        desk.listed("errands")
