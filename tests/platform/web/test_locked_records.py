"""A record that is locked now: its form leads to its card unless the lock leaves fields."""

from __future__ import annotations

from pathlib import Path

from serving import PACKS, serve

from cardwright_entities.engine import Desk
from cardwright_entities.flows.actions import Asking


def test_the_form_of_a_locked_record_leads_to_its_card(tmp_path: Path) -> None:
    office = serve("", tmp_path, PACKS / "pipeline")

    def work(desk: Desk) -> tuple[int, int]:
        free = desk.records.create("tender", {"name": "free", "size": "small"}).id
        held = desk.records.create("tender", {"name": "held", "size": "small"}).id
        desk.actions.perform("tender", held, "answer", Asking())
        return free, held

    free, held = office.instance.engine.run_write(office.instance.system_context(), work)
    browser = office.signed_in("kim", "boss")
    assert browser.get(f"/edit/tender/{free}").status_code == 200
    sent = browser.get(f"/edit/tender/{held}")
    assert (sent.status_code, sent.location) == (303, f"/card/tender/{held}")
    assert "locked" in browser.get(sent.location, headers={"Accept-Language": "en"}).text
    assert browser.get("/edit/tender/9").status_code == 404
    office.instance.close()


def test_the_form_of_a_locked_record_is_there_for_the_fields_that_its_lock_leaves(
    tmp_path: Path,
) -> None:
    office = serve("", tmp_path, PACKS / "pipeline")

    def work(desk: Desk) -> tuple[int, int]:
        bid = desk.records.create("bid", {"name": "lost"}).id
        desk.actions.perform("bid", bid, "lose", Asking(values={"reason": "too dear"}))
        return bid, desk.records.create("bid", {"name": "free"}).id

    bid, free = office.instance.engine.run_write(office.instance.system_context(), work)
    browser, english = office.signed_in("kim", "boss"), {"Accept-Language": "en"}
    page = browser.get(f"/edit/bid/{bid}", headers=english)
    assert page.status_code == 200
    assert "only some of its fields" in page.text
    assert "only some of its fields" not in browser.get(f"/edit/bid/{free}", headers=english).text
    office.instance.close()
