"""The recycle bin on screen: who sees what, what comes back and why not, what goes for good."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from serving import PACKS, Browser, Served, serve
from sqlalchemy import select

from cardwright_entities.accounts.accounts import find_account, set_roles
from cardwright_entities.bin_jobs import NIGHTLY
from cardwright_entities.engine import Desk
from cardwright_entities.records.gate import Saved
from cardwright_entities.settings import write_setting
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_platform.worker.assembly import build_loop, open_bell

Result = TypeVar("Result")
SETTINGS = Path(__file__).parents[3] / "metadata/cardwright_metadata/packs/base/settings.yaml"


@pytest.fixture
def office(tmp_path: Path, store_url: str) -> Iterator[Served]:
    """Serve papers and folders, with the bin's setting of the pack base."""
    pack = shutil.copytree(PACKS / "papers", tmp_path / "papers")
    documents = SETTINGS.read_text("utf-8").split("\n---\n")
    (setting,) = [each for each in documents if "name: bin.days" in each]
    (pack / "settings.yaml").write_text(setting, "utf-8")
    served = serve(store_url, tmp_path, pack)
    yield served
    served.instance.close()


def write(served: Served, action: Callable[[Desk], Result]) -> Result:
    instance = served.instance
    return instance.engine.run_write(instance.system_context(), action)


def deleted(served: Served, name: str, entity: str = "paper", **values: object) -> int:
    def work(desk: Desk) -> int:
        saved: Saved = desk.records.create(entity, {"name": name, **values})
        desk.records.delete(entity, saved.id)
        return saved.id

    return write(served, work)


def archivist(served: Served) -> Browser:
    browser = served.signed_in("ada", "archivist")
    browser.get("/bin")
    return browser


def work_off(served: Served) -> None:
    bell = open_bell(served.instance.config)
    build_loop(served.instance, bell).drain()
    bell.close()


def known(served: Served, entity: str = "paper") -> set[int]:
    def work(desk: Desk) -> set[int]:
        table = desk.model.entity(entity).table
        return {row[0] for row in desk.session.rows(select(table.c.id))}

    return write(served, work)


def test_the_bin_tells_who_what_and_what_went_along(office: Served) -> None:
    browser = archivist(office)
    page = browser.post("/new/paper", {"name": "Charter", "code": "C1"})
    assert page.status_code == 303
    deleted(office, "Ledger", parts=[{"name": "a"}, {"name": "b"}])
    browser.post("/card/paper/1/delete")
    shown = browser.get("/bin").text
    for text in ("Charter", "Ledger", "2 lines", "Delete for good", "/bin?who="):
        assert text in shown
    assert "Charter" not in browser.get("/bin?q=ledger").text
    assert "Nothing in the recycle bin matches" in browser.get("/bin?q=lantern").text
    assert "Ledger" not in browser.get("/bin?entity=tag").text
    mine = browser.get("/bin?who=" + shown.partition("/bin?who=")[2].partition('"')[0]).text
    assert "Charter" in mine
    assert "Ledger" not in mine


def test_only_the_right_lets_purge_and_sees_what_it_may_read(office: Served) -> None:
    hidden, shown = deleted(office, "Shut", code="SHUT"), deleted(office, "Open", code="OPEN")
    deleted(office, "Shelf", "folder")
    writer = office.signed_in("wim", "writer")
    page = writer.get("/bin").text
    assert "Shut" in page
    assert "/bin/purge" not in page
    assert "/bin/older" not in page
    fields = {"ids": f"paper:{shown}", "word": "delete"}
    assert writer.post("/bin/purge", fields).status_code == 403
    assert writer.get("/bin/older").status_code == 403
    assert writer.post("/bin/older", {"days": "0", "word": "delete"}).status_code == 403
    sweeper = office.signed_in("sue", "sweeper")
    page = sweeper.get("/bin").text
    assert "Open" in page
    assert "Shut" not in page
    assert "Shelf" not in page
    assert sweeper.post("/bin/purge", {"ids": f"paper:{hidden}"}).status_code == 404
    assert sweeper.post("/bin/purge", {"ids": "folder:1", "word": "delete"}).status_code == 404
    assert sweeper.post("/bin/purge", fields).status_code == 303
    assert known(office) == {hidden}


def test_a_purge_asks_for_the_word_and_tells_what_stays(office: Served) -> None:
    browser = archivist(office)

    def work(desk: Desk) -> None:
        folder = desk.records.create("folder", {"name": "Shelf"})
        about = {"entity": "folder", "id": folder.id}
        desk.records.create("paper", {"name": "Catalogue", "about": about})
        desk.records.delete("folder", folder.id)

    write(office, work)
    free = deleted(office, "Free", parts=[{"name": "a"}])
    ids = {"ids": [f"paper:{free}", "folder:1"]}
    page = browser.post("/bin/purge", ids)
    assert page.status_code == 200
    for text in ("Records that are in use point at it", "Catalogue", "Lines", 'name="word"'):
        assert text in page.text
    wrong = browser.post("/bin/purge", {**ids, "word": "yes"})
    assert wrong.status_code == 422
    assert "Type exactly" in wrong.text
    assert known(office) == {1, free}
    assert browser.post("/bin/purge", {**ids, "word": " Delete "}).status_code == 303
    assert "1 deleted for good; 1 stay" in browser.get("/bin").text
    assert known(office) == {1}
    assert known(office, "folder") == {1}
    nothing = browser.post("/bin/purge", {"ids": "folder:1"}).text
    assert "Nothing of what was chosen can go" in nothing
    assert 'name="word"' not in nothing


def test_a_selection_comes_back_in_any_order_and_what_does_not_is_told(office: Served) -> None:
    browser = archivist(office)

    def work(desk: Desk) -> None:
        folder = desk.records.create("folder", {"name": "Shelf"})
        first = desk.records.create("paper", {"name": "First", "folder": folder.id, "code": "ONE"})
        desk.records.delete("paper", first.id)
        desk.records.delete("folder", folder.id)

    write(office, work)
    browser.post("/bin/restore", {"ids": "paper:1"})
    shown = browser.get("/bin").text
    assert "First: What it points at is in the recycle bin. (Folder)" in shown
    browser.post("/bin/restore", {"ids": ["paper:1", "folder:1"]})
    assert "Restored 2" in browser.get("/bin").text
    assert browser.get("/card/paper/1").status_code == 200


def test_old_ones_go_by_a_job(office: Served) -> None:
    old, other = deleted(office, "Old"), deleted(office, "Folder", "folder")
    office.clock.forward(days=100)
    new = deleted(office, "New")
    browser = archivist(office)
    page = browser.get("/bin/older?days=90&entity=paper").text
    assert "for 90 days and more" in page
    assert (
        "Nothing has been in the recycle bin for 200 days"
        in browser.get("/bin/older?days=200").text
    )
    assert browser.get("/bin/older?days=-1").status_code == 422
    fields = {"days": "90", "entity": "paper", "word": "no"}
    assert browser.post("/bin/older", fields).status_code == 422
    answer = browser.post("/bin/older", {**fields, "word": "delete"})
    assert answer.status_code == 303
    work_off(office)
    assert "1 deleted for good, 0 stay" in browser.get(answer.headers["Location"]).text
    assert known(office) == {new}
    assert known(office, "folder") == {other}
    assert old not in known(office)


def test_the_clock_empties_the_bin_only_after_the_days_of_the_setting(office: Served) -> None:
    deleted(office, "Old")
    office.clock.forward(days=40)
    recent = deleted(office, "New")
    run_nightly(office)
    assert len(known(office)) == 2
    write(
        office,
        lambda desk: write_setting(desk.session, desk.model, desk.context, "bin.days", 30),
    )
    browser = archivist(office)
    assert "Deleted for good after 30 days" in browser.get("/bin").text
    run_nightly(office)
    assert known(office) == {recent}
    deeds = write(
        office,
        lambda desk: [
            tuple(row)
            for row in desk.session.rows(
                select(cw_audit.c.actor, cw_audit.c.records).where(cw_audit.c.kind == "purged")
            )
        ],
    )
    assert deeds == [("system", 1)]


def run_nightly(served: Served) -> None:
    write(served, lambda desk: served.instance.jobs.enqueue(desk.session, NIGHTLY, {}))
    work_off(served)


def test_a_job_has_the_rights_of_who_asked_as_they_are_then(office: Served) -> None:
    kept = deleted(office, "Kept")
    browser = archivist(office)
    answer = browser.post("/bin/older", {"days": "0", "word": "delete"})
    assert answer.status_code == 303
    write(
        office,
        lambda desk: set_roles(desk.session, find_account(desk.session, "ada").id, ["writer"]),
    )
    work_off(office)
    assert known(office) == {kept}
