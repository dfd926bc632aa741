"""Data clearing: what hangs on what, a backup first, batch by batch, and nothing else goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PACKS, Browser, Served, serve
from sqlalchemy import func, select

from cardwright_entities.engine import Desk
from cardwright_entities.records import clearing
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_platform.backing_up import shelf_of, try_backup
from cardwright_platform.worker.assembly import build_loop, open_bell


@pytest.fixture
def office(tmp_path: Path, store_url: str) -> Iterator[Served]:
    served = serve(store_url, tmp_path, PACKS / "papers")
    yield served
    served.instance.close()


def fill(served: Served) -> None:
    def work(desk: Desk) -> None:
        top = desk.records.create("folder", {"name": "Top"})
        low = desk.records.create("folder", {"name": "Low", "above": top.id})
        tag = desk.records.create("tag", {"name": "T"})
        raw = {"folder": low.id, "tag": tag.id, "tags": [tag.id], "parts": [{"name": "p"}]}
        for name in ("A", "B", "C"):
            last = desk.records.create("paper", {"name": name, **raw})
            raw = {"folder": top.id, "parts": [{"source": last.id}]}
        desk.records.delete("paper", last.id)

    served.instance.engine.run_write(served.instance.system_context(), work)


def counts(served: Served) -> dict[str, int]:
    names = ("folder", "tag", "paper", "part", "login")

    def work(desk: Desk) -> dict[str, int]:
        tables = {name: desk.model.entity(name).table for name in names}
        return {
            name: int(desk.session.scalar(select(func.count()).select_from(table)))
            for name, table in tables.items()
        }

    return served.instance.engine.run_write(served.instance.system_context(), work)


def keeper(served: Served) -> Browser:
    browser = served.signed_in("ada", "archivist")
    browser.get("/clearing")
    return browser


def work_off(served: Served) -> None:
    bell = open_bell(served.instance.config)
    build_loop(served.instance, bell).drain()
    bell.close()


def test_what_hangs_on_the_chosen_ones_has_to_be_chosen_too(office: Served) -> None:
    fill(office)
    browser = keeper(office)
    page = browser.get("/clearing?entity=folder").text
    assert "3 point at: Folder. Choose it too." in page
    assert 'name="word"' not in page
    assert 'value="login"' not in page
    refused = browser.post("/clearing", {"entity": "folder", "word": "clear"})
    assert refused.status_code == 422
    assert "Type exactly" not in refused.text  # it was typed
    assert "3 point at: Folder. Choose it too." in refused.text
    page = browser.get("/clearing?entity=folder&entity=paper").text
    assert 'name="word"' in page
    assert "Clear 5 records" in page
    assert "2 records · 1 in the recycle bin · 3 lines" in page


def test_it_goes_after_a_backup_and_nothing_else_does(
    office: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    fill(office)
    browser = keeper(office)
    before = counts(office)
    fields = {"entity": ["folder", "paper"], "numbers": "1"}
    wrong = browser.post("/clearing", {**fields, "word": "yes"})
    assert wrong.status_code == 422
    assert "Type exactly" in wrong.text
    assert 'name="numbers" value="1" checked' in wrong.text  # nothing ticked is lost
    answer = browser.post("/clearing", {**fields, "word": "clear"})
    assert answer.status_code == 303
    assert counts(office) == before
    work_off(office)
    job = browser.get(answer.headers["Location"]).text
    assert "5 records cleared" in job
    assert counts(office) == {**before, "folder": 0, "paper": 0, "part": 0}
    (backup,) = shelf_of(office.instance).all()
    assert backup.name in job
    try_backup(office.instance, shelf_of(office.instance).path(backup.name))

    def look(desk: Desk) -> tuple[object, ...]:
        wanted = select(cw_audit.c.name, cw_audit.c.records, cw_audit.c.target)
        (row,) = desk.session.rows(wanted.where(cw_audit.c.kind == "cleared"))
        saved = desk.records.create("paper", {"name": "First again"})
        return (*row, desk.record("paper", saved.id).values["number"])

    told = office.instance.engine.run_write(office.instance.system_context(), look)
    assert told == ("Ada", 5, backup.name, "P001")


def test_numbers_go_on_unless_asked_otherwise(office: Served) -> None:
    fill(office)
    browser = keeper(office)
    browser.post("/clearing", {"entity": "paper", "word": "clear"})
    work_off(office)

    def look(desk: Desk) -> object:
        saved = desk.records.create("paper", {"name": "Next"})
        return desk.record("paper", saved.id).values["number"]

    engine = office.instance.engine
    assert engine.run_write(office.instance.system_context(), look) == "P004"


def test_nobody_clears_without_the_right(office: Served) -> None:
    fill(office)
    before = counts(office)
    for login, role in (("wim", "writer"), ("sue", "sweeper")):
        browser = office.signed_in(login, role)
        browser.get("/")
        assert browser.get("/clearing").status_code == 403
        fields = {"entity": "paper", "word": "clear"}
        assert browser.post("/clearing", fields).status_code == 403
    work_off(office)
    assert counts(office)["paper"] == before["paper"]
