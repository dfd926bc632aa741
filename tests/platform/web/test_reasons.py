"""Where values come from, on a page and through the API; nothing that is hidden from the reader."""

from __future__ import annotations

from pathlib import Path

from serving import PACKS, serve
from shipping_steps import make_order

from cardwright_entities.accounts.tokens import create_token
from cardwright_entities.engine import Desk


def test_the_reader_of_a_card_is_told_where_its_values_come_from(tmp_path: Path) -> None:
    office = serve("", tmp_path, PACKS / "quoting")

    def work(desk: Desk) -> None:
        values = {"number": "Q-1", "day": "2026-03-02", "margin": "77.77"}
        desk.records.create("offer", values)

    office.instance.engine.run_write(office.instance.system_context(), work)
    browser = office.signed_in("kim", "seller")
    assert '"/why/offer/1"' in browser.get("/card/offer/1").text
    page = browser.get("/why/offer/1")
    assert page.status_code == 200
    assert "Q-1" in page.text
    assert "77.77" not in page.text
    assert browser.get("/why/offer/2").status_code == 404
    account = office.add("lee", "seller")
    with office.instance.store.write(office.instance.system_context()) as session:
        token = create_token(session, account.id, "tests")
    client = office.app.test_client()
    asked = {"Authorization": f"Bearer {token}"}
    known = client.get("/api/v1/records/offer/1/reasons/number", headers=asked)
    assert known.get_json()["kind"] == "entered"
    hidden = client.get("/api/v1/records/offer/1/reasons/margin", headers=asked)
    assert hidden.status_code == 404
    office.instance.close()


def test_formulas_and_the_records_behind_them_are_told_in_the_words_of_the_page(
    tmp_path: Path,
) -> None:
    office = serve("", tmp_path, PACKS / "shipping")

    def work(desk: Desk) -> int:
        desk.records.create("customer", {"name": "Kunshan"})
        for name in ("Shaft", "Wheel"):
            desk.records.create("product", {"name": name})
        return make_order(desk, 10, 4, payable="100")

    order = office.instance.engine.run_write(office.instance.system_context(), work)
    browser = office.signed_in("kim", "clerk")
    page = browser.get(f"/why/sales_order/{order}", headers={"Accept-Language": "en"}).text
    assert "Formula: [Payable] - [Open amount]" in page
    assert "Default: Approved" in page
    assert "sum([Lines], [Open])" in page
    assert ">Shaft</a>" in page
    assert ">Wheel</a>" in page
    office.instance.close()
