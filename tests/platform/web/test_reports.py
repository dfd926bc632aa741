"""Reports as pages, as files and through the API, with the rights of who looks; series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from serving import PACKS, Program, Served, serve

from cardwright_entities.accounts.tokens import create_token
from cardwright_entities.engine import Desk


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "figures")

    def work(desk: Desk) -> None:
        area = desk.records.create("area", {"name": "<东>"}).id
        shop = desk.records.create("shop", {"name": "甲", "area": area, "level": "big"}).id
        desk.records.create("goal", {"month": "2026-02", "shop": shop, "amount": "100"})
        desk.records.create("goal", {"month": "2026-04", "shop": shop, "amount": "50"})
        items = [{"quantity": "2", "price": "1234.50"}]
        sale = {"day": "2026-02-28", "shop": shop, "keeper": "a", "state": "won", "margin": "7"}
        desk.records.create("sale", {**sale, "items": items})
        other = {**sale, "day": "2026-03-31", "keeper": "=SUM(A1)", "margin": "9"}
        desk.records.create("sale", {**other, "items": [{"quantity": "1", "price": "30"}]})

    served.instance.engine.run_write(served.instance.system_context(), work)
    for score in ("1.5", "4", None, "2.5"):
        served.instance.engine.run_write(
            served.instance.system_context(),
            lambda desk, score=score: desk.records.update("shop", 1, {"score": score}, None),  # type: ignore[misc] # a value of the loop
        )
        served.clock.forward(days=1)
    yield served
    served.instance.close()


def test_a_report_is_a_table_with_totals_and_a_picture(office: Served) -> None:
    page = office.signed_in("kim", "chief").get("/reports/aims")
    assert page.status_code == 200
    text = page.text
    assert "&lt;东&gt;" in text
    assert "2,469.00" in text
    assert "2,499.00" in text  # the total of both
    assert "2,469%" in text
    assert "Mar 2026" in text
    assert '<svg viewBox="0 0 1000 10"' in text
    assert "style=" not in text.split("<main", 1)[1]


def test_a_number_opens_the_list_of_its_records(office: Served) -> None:
    browser = office.signed_in("kim", "chief")
    text = browser.get("/reports/steps").text
    start = text.index("/list/sale?where=")
    address = text[start : text.index('"', start)].replace("&amp;", "&")
    listed = browser.get(address)
    assert listed.status_code == 200
    assert "2026-02-28" in listed.text or "28 Feb" in listed.text


def test_a_reader_narrows_a_report(office: Served) -> None:
    browser = office.signed_in("kim", "chief")
    narrowed = browser.get("/reports/aims?time.to=2026-02-28&shop=1").text
    assert "2,469.00" in narrowed
    assert "2,499.00" not in narrowed
    assert browser.get("/reports/aims?time=soon&time.from=x&shop=../1").status_code == 200


def test_what_one_may_not_read_is_nowhere(office: Served) -> None:
    browser = office.signed_in("lee", "clerk")
    assert browser.get("/reports/secrets").status_code == 404
    assert browser.get("/reports/nothing").status_code == 404
    listed = browser.get("/reports").text
    assert "/reports/aims" in listed
    assert "/reports/secrets" not in listed  # neither in the list nor in the menu
    assert "Mean margin" not in browser.get("/reports/keepers").text
    assert browser.get("/reports/keepers.csv").status_code == 403
    assert browser.get("/reports/keepers.xlsx").status_code == 403
    assert browser.get("/reports/secrets.xlsx").status_code == 404
    assert "/reports/keepers.xlsx" not in browser.get("/reports/keepers").text


def test_a_table_is_saved_without_formulas(office: Served) -> None:
    answer = office.signed_in("kim", "chief").get("/reports/keepers.csv")
    assert answer.mimetype == "text/csv"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Keeper,Q1 2026 · Sold")
    assert any(line.startswith("a,2469") for line in lines)
    assert any(line.startswith("'=SUM(A1),30") for line in lines)


def test_a_workbook_holds_the_numbers_of_the_page(office: Served) -> None:
    browser = office.signed_in("kim", "chief")
    assert "/reports/keepers.xlsx" in browser.get("/reports/keepers").text
    answer = browser.get("/reports/keepers.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    first, *rows = load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows()
    answer.close()
    assert first[0].value == "Keeper"
    sold = [each.value for each in first].index("Q1 2026 · Sold")
    found = {row[0].value: row[sold] for row in rows}
    assert {name: cell.value for name, cell in found.items()} == {
        "a": 2469,
        "=SUM(A1)": 30,
        "Total": 2499,
    }
    assert {cell.data_type for cell in found.values()} == {"n"}
    assert {row[0].data_type for row in rows} == {"s"}


def test_programs_read_reports_and_series(office: Served) -> None:
    account = office.add("bot", "chief")
    engine = office.instance.engine
    with engine.write(office.instance.system_context()) as desk:
        secret = create_token(desk.session, account.id, "reports")
    client = office.app.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    listed = client.get("/api/v1/reports", headers=headers).json
    assert [each["name"] for each in listed["items"]] == ["aims", "keepers", "steps", "secrets"]
    answer = client.get(
        "/api/v1/reports/aims", query_string={"where": "time = '2026-02-28'"}, headers=headers
    ).json
    assert answer["columns"][0]["key"] == ["2026-02-01"]
    assert answer["rows"][0]["key"][1] == {"entity": "shop", "id": 1, "title": "甲"}
    assert answer["rows"][0]["cells"][0]["sold"] == "2469"
    wrong = client.get("/api/v1/reports/aims?where=shope = 1", headers=headers)
    assert wrong.status_code == 422
    series = client.get("/api/v1/records/shop/1/series/score", headers=headers).json
    assert [each["value"] for each in series["items"]] == [None, "1.5", "4.0", None, "2.5"]
    assert client.get("/api/v1/records/shop/1/series/name", headers=headers).status_code == 404
    assert client.get("/api/v1/records/shop/9/series/score", headers=headers).status_code == 404


def test_a_card_draws_the_values_that_a_field_has_had(office: Served) -> None:
    text = office.signed_in("kim", "chief").get("/card/shop/1").text
    assert 'class="cw-spark"' in text
    assert "1.5" in text.split('class="cw-spark"', 1)[1].split(">", 1)[0]


@pytest.fixture
def errands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "errands")

    def work(desk: Desk) -> None:
        firm = desk.records.create("firm", {"name": "<甲>"}).id
        errand = {"firm": firm, "state": "done", "day": "2026-03-02", "hours": "2.5"}
        desk.records.create("ticket", {**errand, "name": "=1+1"})
        desk.records.create("visit", {**errand, "name": "fair", "hours": "4"})

    served.instance.engine.run_write(served.instance.system_context(), work)
    yield served
    served.instance.close()


def test_a_report_lists_records_that_lead_to_their_cards(errands: Served) -> None:
    browser = errands.signed_in("kim", "chief")
    text = browser.get("/reports/errands").text
    assert text.index("/card/ticket/1") < text.index("/card/visit/1")
    assert "&lt;甲&gt;" in text
    assert "Took" in text
    assert "/card/visit/1" in browser.get("/reports/errands?firm=1&state=done").text
    assert "No records found" in browser.get("/reports/errands?day.to=2026-01-01").text
    assert "/reports/errands" in browser.get("/reports").text


def test_a_list_of_records_is_saved_with_its_values(errands: Served) -> None:
    browser = errands.signed_in("kim", "chief")
    lines = browser.get("/reports/errands.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Record,Kind,Firm,Day,State,Took"
    assert lines[1] == "'=1+1,Ticket,<甲>,2026-03-02,完成,2.5"
    answer = browser.get("/reports/errands.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    answer.close()
    assert [sheet.cell(3, column).value for column in (1, 2, 3, 6)] == ["fair", "Visit", "<甲>", 4]
    assert sheet["A2"].data_type == "s"
    guide = errands.signed_in("lee", "guide")
    assert "Visit" not in guide.get("/reports/errands.csv").text
    assert guide.get("/reports/work.csv").status_code == 403


def test_programs_read_the_records_of_a_report(errands: Served) -> None:
    told = Program(errands, "chief").get("/reports/errands?where=firm=1").json
    assert [each["path"] for each in told["fields"]] == ["firm", "day", "state", "hours"]
    assert told["records"][0] == {
        "entity": "ticket", "id": 1, "title": "=1+1",
        "values": {"firm": 1, "day": "2026-03-02", "state": "done", "hours": "2.5"},
    }  # fmt: skip


def test_a_list_of_records_is_leafed_through(errands: Served) -> None:
    def more(desk: Desk) -> None:
        for number in range(60):
            desk.records.create(
                "ticket", {"name": f"t{number:02}", "day": "2026-01-01", "hours": "1"}
            )

    errands.instance.engine.run_write(errands.instance.system_context(), more)
    browser, program = errands.signed_in("kim", "chief"), Program(errands, "chief")
    first = browser.get("/reports/errands?state=").text
    (address,) = re.findall(r'href="(/reports/errands\?after=[^"]*)"', first)
    second = browser.get(unescape(address)).text
    assert (">t00<" in first, ">t59<" in first) == (True, False)
    assert (">t00<" in second, ">t59<" in second) == (False, True)
    assert ("First page" in first, "First page" in second) == (False, True)
    below = second.split('class="cw-status"', 1)[1]
    assert ('href="/reports/errands"' in below, "after=" in below) == (True, False)
    assert len(browser.get("/reports/errands.csv").text.splitlines()) == 63

    told = program.get("/reports/errands?limit=40").json
    rest = program.get(f"/reports/errands?limit=40&after={told['next']}").json
    assert (len(told["records"]), len(rest["records"]), rest["next"]) == (40, 22, None)
    assert program.get("/reports/errands?limit=201").status_code == 413
    assert program.get("/reports/errands?after=x").status_code in (400, 422)


def test_a_report_by_kind_says_what_the_records_are(errands: Served) -> None:
    browser = errands.signed_in("kim", "chief")
    text = browser.get("/reports/just_kinds").text.split("<table", 1)[1]
    assert [text.index(f">{each}<") > 0 for each in ("Kind", "Ticket", "Visit")] == [True] * 3
    narrowed = browser.get("/reports/kinds?kind=visit").text
    assert '<option value="visit" selected>Visit</option>' in narrowed
    assert ">Ticket<" not in narrowed.split("<table", 1)[1]
    assert "/card/ticket/1" not in browser.get("/reports/errands?kind=visit").text
    told = Program(errands, "chief").get("/reports/just_kinds").json
    assert [row["key"] for row in told["rows"]] == [["ticket"], ["visit"]]
