"""The Northwind example on real files: its script runs, and the truths hold on every way out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from services.missing import give_up
from warm.starting import warm_commands

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.model import Models
from cardwright_entities.queries.requests import (
    AggregateRequest,
    GroupKey,
    Measure,
    PageRequest,
)
from cardwright_entities.store.doors import Store

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "northwind"
DATA = Path(os.environ.get("NORTHWIND_DATA", ROOT.parent / "shared" / "data" / "northwind"))
EXACT, CENTS = Decimal("1265793.0395"), Decimal("1265793.29")


@pytest.fixture(scope="module")
def northwind(
    store_module_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, str]]:
    """The example's installation after its script, and what the script printed."""
    if not DATA.is_dir():
        give_up("the Northwind data (NORTHWIND_DATA)", "nothing; it is a public repository")
    folder = tmp_path_factory.mktemp("northwind")
    environment = os.environ | {
        "CARDWRIGHT_FOLDER": str(folder),
        "CARDWRIGHT_DATABASE_URL": store_module_url,
        "NORTHWIND_DATA": str(DATA),
    }
    with warm_commands() as commands:
        path = (str(commands), str(Path(sys.executable).parent), os.environ["PATH"])
        ran = subprocess.run(
            [EXAMPLE / "run.sh"],
            env=environment | {"PATH": os.pathsep.join(path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    store = Store(store_module_url)
    yield Engine(store, Models(FieldTypes(BUILTIN_FIELD_TYPES)), b"secret of this test"), ran.stdout
    store.close()


@pytest.fixture
def desk(northwind: tuple[Engine, str]) -> Iterator[Desk]:
    context = Context(principal=SYSTEM, now=datetime(2025, 11, 20, 4, tzinfo=UTC), language="en")
    with northwind[0].read(context) as opened:
        yield opened


def test_the_script_proves_the_truths_on_what_it_exported(northwind: tuple[Engine, str]) -> None:
    assert "ok    sum of exact amounts: 1265793.0395" in northwind[1]
    assert "WRONG" not in northwind[1]


def test_the_totals_of_the_lists_are_the_truths(desk: Desk) -> None:
    lists = {
        name: desk.model.catalog.entity(name).list for name in ("sales_order", "sales_order_line")
    }
    lines = desk.page(
        PageRequest(entity="sales_order_line", totals=lists["sales_order_line"].totals)
    )
    orders = desk.page(PageRequest(entity="sales_order", totals=lists["sales_order"].totals))
    assert (lines.totals["amount_exact"], lines.totals["amount"]) == (EXACT, CENTS)
    assert orders.totals["amount"] == CENTS


def test_the_aggregate_says_the_same(desk: Desk) -> None:
    measures = {
        "lines": Measure("count"),
        "exact": Measure("sum", "amount_exact"),
        "cents": Measure("sum", "amount"),
    }
    by_country = (GroupKey("head.customer.country"),)
    found = desk.aggregate(
        AggregateRequest(entity="sales_order_line", group_by=by_country, measures=measures)
    )
    assert found.totals == {"lines": 2155, "exact": EXACT, "cents": CENTS}
    assert sum(Decimal(str(group.values["exact"])) for group in found.groups) == EXACT
    assert len(found.groups) == 21


def test_every_order_has_its_customer_and_two_customers_have_none(desk: Desk) -> None:
    queries = desk.model.catalog.entity("customer").queries
    where = queries["without_orders"].where
    assert where is not None
    idle = desk.page(PageRequest(entity="customer", columns=("code",), where=where.tree))
    assert {row.values["code"] for row in idle.rows} == {"FISSA", "PARIS"}
    orders = desk.page(PageRequest(entity="sales_order", columns=("customer",), count="exact"))
    assert orders.count is not None
    assert orders.count.value == 830


def test_a_link_to_a_later_row_of_the_same_file_is_found(desk: Desk) -> None:
    page = desk.page(PageRequest(entity="employee", columns=("code", "name", "reports_to.name")))
    superiors = {row.values["name"]: row.values["reports_to.name"] for row in page.rows}
    assert superiors["Nancy Davolio"] == "Andrew Fuller"
    assert superiors["Andrew Fuller"] is None


def test_the_word_null_is_no_value(desk: Desk) -> None:
    page = desk.page(PageRequest(entity="customer", columns=("code", "region", "fax"), limit=200))
    values = {value for row in page.rows for value in row.values.values()}
    assert "NULL" not in values
    assert None in values
