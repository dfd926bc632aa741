"""Backups on screen: made by jobs, tried, taken away with a password, asked of the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from serving import PACKS, PASSWORD, Browser, Served, serve
from sqlalchemy import select

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.audit.kinds import BACKUP_DOWNLOADED
from cardwright_entities.contexts import Principal
from cardwright_entities.files.blobs import Blob
from cardwright_entities.files.register import add_file
from cardwright_entities.jobs.queue import Job
from cardwright_entities.notifications import read_notifications
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_platform.backing_up import shelf_of
from cardwright_platform.worker.assembly import build_loop, open_bell
from cardwright_platform.worker.backups import TAKE, VERIFY

ROLES = """\
kind: role
name: keeper
label: {zh: 备份管理员, en: Keeper}
features: [back_up, download_backups]
"""
SETTINGS = Path("metadata/cardwright_metadata/packs/base/settings.yaml")


@pytest.fixture
def vault(tmp_path: Path, store_url: str) -> Iterator[Served]:
    """Serve an office whose backups somebody looks after."""
    pack = tmp_path / "keepers"
    pack.mkdir()
    root = Path(__file__).parents[3]
    settings = [
        each
        for each in (root / SETTINGS).read_text("utf-8").split("\n---\n")
        if "name: backup." in each
    ]
    head = "kind: pack\nname: keepers\nlabel: {zh: 备份, en: Keepers}\nlanguage: 1\n---\n"
    (pack / "pack.yaml").write_text(head + "\n---\n".join([ROLES, *settings]), "utf-8")
    served = serve(store_url, tmp_path, PACKS / "letters", pack)
    yield served
    served.instance.close()


def test_a_backup_is_made_tried_and_deleted_on_screen(vault: Served) -> None:
    browser = keeper(vault, "kim")
    assert "There is no backup yet" in browser.get("/backups").text
    assert browser.post("/backups").status_code == 303
    assert "Waiting" in browser.get("/backups").text
    work(vault)
    (name,) = names(vault)
    page = browser.get("/backups").text
    assert "Kim · " in page
    assert "Not verified" in page
    assert f"cardwright backup restore {vault.instance.config.backups}/{name}" in page
    assert browser.post(f"/backups/{name}/verify").status_code == 303
    work(vault)
    assert last(vault, VERIFY).state == "done"
    assert ">Verified<" in browser.get("/backups").text
    assert browser.post(f"/backups/{name}/delete").status_code == 303
    assert names(vault) == []
    assert list(vault.instance.config.backups.iterdir()) == []


def test_a_backup_goes_only_to_who_says_the_password_and_that_is_noted(vault: Served) -> None:
    browser = keeper(vault, "kai")
    browser.post("/backups")
    work(vault)
    (name,) = names(vault)
    place = f"/backups/{name}/download"
    assert 'type="password"' in browser.get(place).text
    wrong = browser.post(place, {"old": "no such lantern"})
    assert wrong.status_code == 422
    assert wrong.mimetype == "text/html"
    assert "downloaded it" not in browser.get("/backups").text
    answer = browser.post(place, {"old": PASSWORD})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"filename={name}" in answer.headers["Content-Disposition"]
    assert answer.data == (vault.instance.config.backups / name).read_bytes()
    answer.close()
    assert "Kai downloaded it" in browser.get("/backups").text
    with vault.instance.store.read(vault.instance.system_context()) as session:
        told = session.rows(
            select(cw_audit.c.target).where(cw_audit.c.kind == BACKUP_DOWNLOADED.name)
        )
    assert [each.target for each in told] == [name]


def test_who_has_not_the_right_sees_neither_page_nor_file(vault: Served) -> None:
    keeper(vault, "kit").post("/backups")
    work(vault)
    (name,) = names(vault)
    stranger = vault.signed_in("eve")
    stranger.get("/")
    assert 'href="/backups"' not in stranger.get("/").text
    for path in ("/backups", "/backups/schedule", f"/backups/{name}/download"):
        assert stranger.get(path).status_code == 403
    for path in ("", "/schedule", f"/{name}/download", f"/{name}/verify", f"/{name}/delete"):
        assert stranger.post(f"/backups{path}", {"old": PASSWORD}).status_code == 403
    assert names(vault) == [name]
    assert last(vault, TAKE, count=2) is None


def test_only_backups_in_the_folder_have_an_address(vault: Served) -> None:
    browser = keeper(vault, "kay")
    folder = vault.instance.config.backups
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine", "utf-8")
    (folder / "link.zip").symlink_to(vault.instance.config.key_file)
    for name in ("notes.txt", "link.zip", "..%2Fsecret.key", "..", "missing.zip"):
        assert browser.get(f"/backups/{name}/download").status_code == 404
        assert browser.post(f"/backups/{name}/delete").status_code == 404
        assert browser.post(f"/backups/{name}/download", {"old": PASSWORD}).status_code == 404
    assert vault.instance.config.key_file.exists()


def test_a_file_that_is_no_backup_says_so_and_fails_its_trial(vault: Served) -> None:
    browser = keeper(vault, "ken")
    browser.post("/backups")
    work(vault)
    (name,) = names(vault)
    folder = vault.instance.config.backups
    (folder / "half.zip").write_bytes((folder / name).read_bytes()[:-200])
    assert "no whole backup" in browser.get("/backups").text
    whole = (folder / name).read_bytes()
    place = whole.index(b"tables/cw_account.ndjson") + 60
    (folder / name).write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
    browser.post(f"/backups/{name}/verify")
    work(vault)
    assert last(vault, VERIFY).state == "failed"
    assert "Verification failed" in browser.get("/backups").text


def test_without_room_no_backup_is_begun(vault: Served) -> None:
    browser = keeper(vault, "kew")
    browser.post("/backups")
    with vault.instance.store.write(vault.instance.system_context()) as session:
        add_file(session, Blob("0" * 64, 10**15, "text/plain"), "larger than any disk")
    work(vault)
    found = last(vault, TAKE)
    assert (found.state, found.error and found.error["code"]) == ("failed", "backup_no_space")
    assert names(vault) == []


def test_the_clock_makes_backups_tries_them_and_keeps_the_last(vault: Served) -> None:
    browser = keeper(vault, "kip")
    assert "No automatic backups" in browser.get("/backups").text
    browser.get("/backups/schedule")
    wrong = browser.post("/backups/schedule", {"backup.often": "daily", "backup.keep": "0"})
    assert wrong.status_code == 422
    fields = {"backup.often": "daily", "backup.time": "03:10", "backup.keep": "2"}
    assert browser.post("/backups/schedule", fields).status_code == 303
    assert "Every day at" in browser.get("/backups").text
    look(vault)
    assert names(vault) == [], "what was due before somebody asked is not made up for"
    browser.post("/backups")
    work(vault)
    (by_hand,) = names(vault)
    for _ in range(3):
        vault.clock.forward(hours=24)
        look(vault)
        look(vault)
    left = names(vault)
    assert len(left) == 3
    assert by_hand in left
    assert all(each.notes.verified for each in shelf_of(vault.instance).all()[:2])
    page = vault.browser()
    page.sign_in("kip", PASSWORD)
    assert page.get("/backups").text.count("Automatic ·") == 2


def test_who_looks_after_backups_is_told_once_of_one_that_failed(vault: Served) -> None:
    browser = keeper(vault, "kol")
    vault.signed_in("eli")
    browser.get("/backups/schedule")
    browser.post("/backups/schedule", {"backup.often": "daily", "backup.time": "03:10"})
    folder = vault.instance.config.backups
    folder.write_text("not a folder", "utf-8")
    vault.clock.forward(hours=24)
    for _ in range(6):
        look(vault)
        vault.clock.forward(minutes=10)
    assert last(vault, TAKE).state == "failed"
    assert [told(vault, login) for login in ("kol", "eli")] == [1, 0]


def test_drafts_of_a_process_that_died_go_with_the_next_backup(vault: Served) -> None:
    folder = vault.instance.config.backups
    folder.mkdir(parents=True)
    (folder / ".old.zip.1.part").write_bytes(b"half")
    vault.clock.now += timedelta(days=4000)
    keeper(vault, "kat").post("/backups")
    work(vault)
    assert not list(folder.glob(".*.part"))


def keeper(vault: Served, login: str) -> Browser:
    """Open a browser in which somebody who looks after backups is on their page."""
    browser = vault.signed_in(login, "keeper")
    assert browser.get("/backups").status_code == 200
    return browser


def names(vault: Served) -> list[str]:
    """Return the backups in the folder."""
    return [each.name for each in shelf_of(vault.instance).all()]


def work(vault: Served) -> None:
    """Do what jobs are due."""
    bell = open_bell(vault.instance.config)
    build_loop(vault.instance, bell).drain()
    bell.close()


def look(vault: Served) -> None:
    """Do what the clock asks for every few minutes, and what follows."""
    with vault.instance.store.write(vault.instance.system_context()) as session:
        vault.instance.jobs.enqueue(session, "look_at_backups", {})
    work(vault)


def last(vault: Served, kind: str, count: int = 1) -> Job | None:
    """Return the newest job of a kind, or the one ``count`` jobs ago."""
    with vault.instance.store.read(vault.instance.system_context()) as session:
        found = [each for each in vault.instance.jobs.page(session) if each.kind == kind]
    return found[count - 1] if len(found) >= count else None


def told(vault: Served, login: str) -> int:
    """Count what somebody was told of backups."""
    with vault.instance.engine.read(vault.instance.system_context()) as desk:
        account = find_account(desk.session, login)
    principal = Principal(account=account.id, name=account.name, roles=account.roles)
    with vault.instance.engine.read(vault.instance.context(principal)) as desk:
        found = read_notifications(desk.session, desk.reading)
    return sum(1 for each in found if re.match("backup_by_clock", each.message.code))
