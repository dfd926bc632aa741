"""Who exports says why where that is wanted: on pages, in the API, in a shell; the log keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PACKS, PASSWORD, Browser, Program, Served, serve
from werkzeug.test import TestResponse

from cardwright_entities.exchange.reasons import LONGEST, SETTING
from cardwright_entities.settings import write_setting
from cardwright_platform.worker.assembly import build_loop, open_bell

SETTINGS = Path(__file__).parents[3] / "metadata/cardwright_metadata/packs/base/settings.yaml"
#: Shops and sales ask by themselves, areas only where all exports do.
PACK = """\
kind: pack
name: reasons
label: {zh: 原因, en: Reasons}
language: 1
requires: [figures]
---
kind: entity
extend: shop
features: {export_reason: true}
---
kind: entity
extend: sale
features: {export_reason: true}
---
kind: role
name: inspector
label: {zh: 审计员, en: Inspector}
features: [see_logs]
---
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, store_module_url: str) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("office")
    (folder / "reasons").mkdir()
    documents = SETTINGS.read_text("utf-8").split("\n---\n")
    (setting,) = [each for each in documents if f"name: {SETTING}\n" in each]
    (folder / "reasons" / "pack.yaml").write_text(PACK + setting, "utf-8")
    served = serve(store_module_url, folder, PACKS / "figures", folder / "reasons")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        area = desk.records.create("area", {"name": "East"}).id
        desk.records.create("shop", {"name": "Corner", "area": area, "level": "big"})
    served.signed_in("kim", "chief")
    yield served
    served.instance.close()


@pytest.fixture
def everywhere(office: Served) -> Iterator[None]:
    """Ask everybody who exports anything."""
    ask_everywhere(office, wanted=True)
    yield
    ask_everywhere(office, wanted=False)


def ask_everywhere(office: Served, *, wanted: bool) -> None:
    with office.instance.engine.write(office.instance.system_context()) as desk:
        write_setting(desk.session, desk.model, desk.context, SETTING, wanted)


def work_off(office: Served) -> None:
    bell = open_bell(office.instance.config)
    build_loop(office.instance, bell).drain()
    bell.close()


def jobs(office: Served) -> int:
    with office.instance.store.read(office.instance.system_context()) as session:
        return len(office.instance.jobs.page(session, limit=100))


def logged(office: Served, text: str) -> list[dict[str, object]]:
    found = Program(office, "inspector").get(f"/audit?area=taking&text={text}").get_json()
    return [{"target": each["target"], **each["detail"]} for each in found["items"]]


def chief(office: Served) -> Browser:
    browser = office.browser()
    browser.sign_in("kim", PASSWORD)
    browser.get("/list/shop")
    return browser


def asked(answer: TestResponse) -> bool:
    """Tell whether the answer is the form that asks why."""
    return '<textarea id="f-reason" name="reason"' in answer.text


def test_a_page_asks_why_before_it_begins_and_keeps_what_was_chosen(office: Served) -> None:
    browser, before = chief(office), jobs(office)
    sent = {"ids": ["1"], "q": "corner", "format": "csv"}
    page = browser.post("/list/shop/export", sent)
    assert page.status_code == 200
    assert asked(page)
    for name, value in (("ids", "1"), ("q", "corner"), ("format", "csv")):
        assert f'name="{name}" value="{value}"' in page.text
    empty = browser.post("/list/shop/export", {**sent, "reason": " \n "})
    assert empty.status_code == 422
    assert "Say what the file is for." in empty.text
    assert 'name="ids" value="1"' in empty.text
    long = browser.post("/list/shop/export", {**sent, "reason": "x" * (LONGEST + 1)})
    assert long.status_code == 422
    assert "At most 500 characters" in long.text
    assert "x" * (LONGEST + 1) in long.text
    assert jobs(office) == before
    done = browser.post("/list/shop/export", {**sent, "reason": "Inventory,\n  autumn"})
    assert done.status_code == 303
    work_off(office)
    (deed,) = logged(office, "AUTUMN")
    assert deed["reason"] == "Inventory, autumn"
    assert str(deed["target"]).endswith(".csv")


def test_nobody_is_asked_where_neither_entity_nor_company_wants_it(office: Served) -> None:
    browser, before = chief(office), jobs(office)
    assert browser.post("/list/area/export", {"all": "1"}).status_code == 303
    assert jobs(office) == before + 1


@pytest.mark.usefixtures("everywhere")
def test_the_company_asks_for_everything(office: Served) -> None:
    browser = chief(office)
    assert asked(browser.post("/list/area/export", {"all": "1"}))
    said = {"all": "1", "reason": "For the map"}
    assert browser.post("/list/area/export", said).status_code == 303


def test_who_may_not_export_is_not_asked_why(office: Served) -> None:
    browser = office.signed_in("cleo", "clerk")
    browser.get("/list/shop")
    assert browser.post("/list/shop/export", {"all": "1"}).status_code == 403
    assert browser.post("/list/shop/export", {"all": "1", "reason": "x"}).status_code == 403
    assert browser.post("/list/nothing/export", {"all": "1"}).status_code == 404


def test_a_program_is_refused_without_and_heard_with(office: Served) -> None:
    program, before = Program(office, "chief"), jobs(office)
    refused = program.post("/records/shop/export", {"format": "csv"})
    assert refused.status_code == 422
    assert refused.get_json()["error"]["fields"]["reason"] == ["Say what the file is for."]
    assert program.post("/records/shop/export", {"reason": " "}).status_code == 422
    assert jobs(office) == before
    body = {"format": "csv", "reason": "Nightly copy"}
    assert program.post("/records/shop/export", body).status_code == 202
    assert program.post("/records/area/export", {"format": "csv"}).status_code == 202
    work_off(office)
    assert [each["reason"] for each in logged(office, "nightly")] == ["Nightly copy"]


def test_a_report_asks_why_as_well(office: Served) -> None:
    browser = chief(office)
    path = "/reports/aims.csv?month.from=2026-01-01"
    page = browser.get(path)
    assert asked(page)
    assert 'action="/reports/aims.csv?month.from=2026-01-01"' in page.text
    assert browser.get("/reports/aims.xlsx").mimetype == "text/html"
    again = browser.post(path, {"reason": ""})
    assert again.status_code == 422
    assert "Say what the file is for." in again.text
    assert logged(office, "aims.csv") == []
    taken = browser.post(path, {"reason": "Board meeting"})
    assert taken.mimetype == "text/csv"
    assert logged(office, "board") == [{"target": "aims.csv", "reason": "Board meeting"}]


def test_the_log_shows_the_reason_on_its_pages_and_in_its_file(office: Served) -> None:
    browser = chief(office)
    browser.post("/reports/aims.csv", {"reason": "=Tax audit"})
    inspector = office.signed_in("ina", "inspector")
    page = inspector.get("/audit?text=tax+audit").text
    assert "=Tax audit" in page
    (number,) = re.findall(r'href="/audit/(\d+)"', page)
    assert "=Tax audit" in inspector.get(f"/audit/{number}").text
    file = inspector.post("/audit/export", {"text": "tax audit"}).text
    assert "Reason" in file.splitlines()[0]
    assert "'=Tax audit" in file
