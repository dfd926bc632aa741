"""Lines typed as a matrix: a cell is a line, stored by the one gate, sums spread to the cent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from serving import PACKS, Browser, Program, Served, serve

MONTHS = {year: ",".join(f"{year}-{month:02}" for month in range(1, 13)) for year in (2025, 2026)}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "plans")
    planner = Program(served, "planner", login="maker")
    for name in ("电机", "线缆"):
        assert planner.post("/records/good", {"name": name}).status_code == 201
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def planner(served: Served) -> Program:
    return Program(served, "planner")


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    browser = served.signed_in("pat", "planner")
    browser.get("/new/plan")
    return browser


def save(browser: Browser, place: str, year: int, **cells: object) -> str:
    """Post a form with row 0; return the address of the card."""
    named = {f"targets.{name.replace('_', '.')}": value for name, value in cells.items()}
    answer = browser.post(
        place, {"year": str(year), "targets.columns": MONTHS[2026], "version": "1", **named}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def lines(planner: Program, card: str) -> list[dict[str, Any]]:
    answer = planner.get(card.replace("/card/", "/records/"))
    return list(answer.get_json()["targets"])


def figures(planner: Program, card: str) -> dict[str, str]:
    return {each["month"]: each["amount"] for each in lines(planner, card)}


def test_a_filled_cell_is_a_line_and_an_empty_one_is_none(
    browser: Browser, planner: Program
) -> None:
    card = save(
        browser, "/new/plan", 2026, r0_good="1", r0_zone="north", r0_c0_amount="12.50",
        r0_c11_amount="1,000", r1_good="2", r1_c2_amount="7", r2_good="1",
    )  # fmt: skip
    names = ("month", "good", "zone", "amount")
    assert [tuple(each[name] for name in names) for each in lines(planner, card)] == [
        ("2026-01", 1, "north", "12.50"),
        ("2026-12", 1, "north", "1000.00"),
        ("2026-03", 2, None, "7.00"),
    ]  # fmt: skip
    page = browser.get(card).text
    assert "1,012.5" in page
    assert "1,019.5" in page


def test_cells_are_changed_emptied_and_moved_with_their_year(
    browser: Browser, planner: Program
) -> None:
    card = save(browser, "/new/plan", 2026, r0_good="1", r0_c0_amount="1", r0_c1_amount="2")
    first, second = lines(planner, card)
    known = {
        "r0_c0_id": first["id"], "r0_c0_version": first["version"],
        "r0_c1_id": second["id"], "r0_c1_version": second["version"],
    }  # fmt: skip
    form = browser.get(card.replace("/card/", "/edit/")).text
    assert f'name="targets.r0.c1.id" value="{second["id"]}"' in form
    edit = card.replace("/card/", "/edit/")
    save(browser, edit, 2025, r0_good="2", r0_c0_amount="5", r0_c1_amount="", **known)
    (left,) = lines(planner, card)
    assert (left["id"], left["month"], left["good"], left["amount"]) == (
        first["id"], "2025-01", 2, "5.00",
    )  # fmt: skip


def test_what_is_wrong_is_told_at_its_cell_and_nothing_typed_is_lost(browser: Browser) -> None:
    typed = {
        "year": "2026", "targets.columns": MONTHS[2026], "targets.r0.good": "1",
        "targets.r0.c0.amount": "3", "targets.r0.c4.amount": "-1", "targets.r1.c3.amount": "8",
    }  # fmt: skip
    browser.get("/new/plan")
    answer = browser.post("/new/plan", typed)
    assert answer.status_code == 422
    assert 'id="f-targets.r0.c4.amount-note"' in answer.text
    assert 'id="f-targets.r1.good-note"' in answer.text
    assert re.search(r'name="targets.r1.c3.amount"[^>]* value="8"', answer.text)


def test_a_total_is_spread_evenly_or_like_the_year_before(
    browser: Browser, planner: Program
) -> None:
    before = save(
        browser, "/new/plan", 2025, r0_good="2", r0_zone="south", r0_total="100", r0_spread="even"
    )
    amounts = figures(planner, before)
    assert len(amounts) == 12
    assert sum(map(Decimal, amounts.values())) == 100
    assert set(amounts.values()) == {"8.33", "8.34"}
    assert set(amounts) == {f"2025-{month:02}" for month in range(1, 13)}
    save(
        browser, "/new/plan", 2025, r0_good="1", r0_zone="south", r0_c0_amount="30",
        r0_c5_amount="10",
    )  # fmt: skip
    after = save(
        browser, "/new/plan", 2026, r0_good="1", r0_zone="south", r0_total="1000.01",
        r0_spread="last_year",
    )  # fmt: skip
    shares = {
        month: figure for month, figure in figures(planner, after).items() if figure != "0.00"
    }
    assert shares == {"2026-01": "750.01", "2026-06": "250.00"}


def test_lines_of_another_year_and_of_one_cell_are_kept(browser: Browser, planner: Program) -> None:
    made = planner.post(
        "/records/plan",
        {"year": "2026", "targets": [
            {"good": 1, "month": "2024-05", "amount": "9"},
            {"good": 1, "month": "2026-05", "amount": "4"},
        ]},
    )  # fmt: skip
    card = f"/card/plan/{made.get_json()['id']}"
    old = lines(planner, card)[1]
    save(
        browser, card.replace("/card/", "/edit/"), 2026, r0_good="1", r0_c4_amount="6",
        r0_c4_id=old["id"], r0_c4_version=old["version"],
    )  # fmt: skip
    assert figures(planner, card) == {"2024-05": "9.00", "2026-05": "6.00"}
