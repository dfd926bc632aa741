"""Whoever sees a part of a value sees it where he prints, reads a report and searches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PACKS, Served, serve

from cardwright_entities.accounts.tokens import create_token

NARROW = """
kind: pack
name: narrow
label: {zh: 收窄, en: Narrow}
language: 1
requires: [quoting]
---
kind: role
name: clerk
label: {zh: 文员, en: Clerk}
grants:
  offer:
    actions: [read, print]
    fields:
      {margin: masked, items.price: masked, items.amount: hidden, total: hidden, day: masked,
       "*": read}
  client: {actions: [read, print, export], fields: {address: masked, limit: masked, "*": read}}
---
kind: report
name: clients
label: {zh: 客户一览, en: Clients}
records: {of: client, columns: [address, limit], sort: [name]}
"""


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "pack.yaml").write_text(NARROW, encoding="utf-8")
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "quoting", tmp_path)
    with served.instance.engine.write(served.instance.system_context()) as desk:
        client = desk.records.create(
            "client", {"name": "王氏公司", "address": "上海路一号", "limit": 4444}
        )
        line = {"what": "电机", "quantity": "2", "price": "617.25"}
        desk.records.create(
            "offer",
            {"number": "Q-1", "day": "2026-03-02", "margin": "77.77", "items": [line],
             "client": client.id},
        )  # fmt: skip
    yield served
    served.instance.close()


def test_a_print_shows_the_part_and_adds_up_nothing(office: Served) -> None:
    browser = office.signed_in("kim", "clerk")
    usual = browser.get("/print/client/1/usual.html").text
    assert "上****号" in usual
    assert "上海路" not in usual
    assert "4444" not in usual
    assert "4,444" not in usual
    sheet = browser.get("/print/offer/1/offer_sheet.html").text
    assert "上****号" in sheet
    assert "Q-1" in sheet
    for secret in ("77.77", "617", "1234", "1,234", "2026-03-02", "2026年3月2日"):
        assert secret not in sheet


def test_the_records_of_a_report_show_the_part(office: Served) -> None:
    browser = office.signed_in("kim", "clerk")
    page = browser.get("/reports/clients").text
    assert "上****号" in page
    assert "上海路" not in page
    file = browser.get("/reports/clients.csv")
    assert "上****号" in file.text
    assert "上海路" not in file.text
    account = office.add("bot", "clerk")
    with office.instance.engine.write(office.instance.system_context()) as desk:
        secret = create_token(desk.session, account.id, "reports")
    client = office.app.test_client()
    told = client.get("/api/v1/reports/clients", headers={"Authorization": f"Bearer {secret}"}).json
    assert told["records"][0]["values"] == {"address": "上****号", "limit": "****"}


def test_a_hit_of_the_search_shows_the_part(office: Served) -> None:
    page = office.signed_in("kim", "clerk").get("/search?q=王氏").text
    assert "王氏公司" in page
    assert "上****号" in page
    assert "上海路" not in page
