"""Backups for programs: made, tried and deleted with the right; taken away by a person alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import PACKS, PASSWORD, Program, Served, serve
from sqlalchemy import select

from cardwright_entities.store.audit_tables import cw_audit
from cardwright_platform.worker.assembly import build_loop, open_bell

ROLES = """\
kind: pack
name: keepers
label: {zh: 备份, en: Keepers}
language: 1
---
kind: role
name: keeper
label: {zh: 备份管理员, en: Keeper}
features: [back_up]
---
kind: role
name: courier
label: {zh: 取件员, en: Courier}
features: [download_backups]
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("office")
    (folder / "keepers").mkdir()
    (folder / "keepers" / "pack.yaml").write_text(ROLES, "utf-8")
    served = serve("", folder, PACKS / "letters", Path(folder / "keepers"))
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def keeper(office: Served) -> Program:
    return Program(office, "keeper")


@pytest.fixture
def backup(office: Served, keeper: Program) -> str:
    asked = keeper.post("/backups", {})
    assert asked.status_code == 202
    work(office)
    job = keeper.get(asked.headers["Location"].removeprefix("/api/v1")).get_json()
    assert job["state"] == "done", job
    name: str = job["result"]["name"]
    return name


def work(office: Served) -> None:
    bell = open_bell(office.instance.config)
    build_loop(office.instance, bell).drain()
    bell.close()
    # The next one has a name of its own.
    office.clock.forward(minutes=1)


def kinds(office: Served, name: str) -> list[str]:
    with office.instance.store.read(office.instance.system_context()) as session:
        rows = session.rows(select(cw_audit).where(cw_audit.c.target == name))
    return [each.kind for each in rows]


def listed(keeper: Program) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in keeper.get("/backups").get_json()["items"]}


def test_a_backup_is_made_tried_and_deleted(office: Served, keeper: Program, backup: str) -> None:
    told = listed(keeper)[backup]
    assert (told["readable"], told["verified"], told["how"]) == (True, None, "hand")
    assert keeper.post(f"/backups/{backup}/verify", {}).status_code == 202
    work(office)
    assert listed(keeper)[backup]["verified"] is True
    headers = keeper.headers
    gone = keeper.client.delete(f"/api/v1/backups/{backup}", headers=headers)
    assert gone.get_json() == {"name": backup}
    assert backup not in listed(keeper)
    assert keeper.client.delete(f"/api/v1/backups/{backup}", headers=headers).status_code == 404
    assert keeper.post(f"/backups/{backup}/verify", {}).status_code == 404
    assert kinds(office, backup) == ["backed_up", "backup_deleted"]


def test_asking_twice_with_a_key_makes_one(office: Served, keeper: Program) -> None:
    first = keeper.post("/backups", {}, Idempotency_Key="tonight").get_json()
    again = keeper.post("/backups", {}, Idempotency_Key="tonight").get_json()
    assert first["id"] == again["id"]
    work(office)


def test_without_the_right_there_is_nothing(office: Served, backup: str) -> None:
    other = Program(office, "courier")
    assert other.get("/backups").status_code == 403
    assert other.post("/backups", {}).status_code == 403
    assert other.post(f"/backups/{backup}/verify", {}).status_code == 403
    gone = other.client.delete(f"/api/v1/backups/{backup}", headers=other.headers)
    assert gone.status_code == 403


def test_no_token_takes_a_backup_away_not_even_with_the_password(
    office: Served, backup: str
) -> None:
    program = Program(office, "courier", "keeper")
    answer = program.post(f"/backups/{backup}/download", {"password": PASSWORD})
    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "token_is_no_person"


def test_no_token_says_a_password_on_a_page_where_its_account_has_none(
    office: Served, backup: str
) -> None:
    program = Program(office, "courier", "keeper")
    path = f"/backups/{backup}/download"
    assert program.client.get("/backups", headers=program.headers).status_code == 200
    for typed in ("", PASSWORD):
        answer = program.client.post(path, data={"old": typed}, headers=program.headers)
        assert answer.status_code == 403
        assert answer.mimetype != "application/zip"
    assert kinds(office, backup) == ["backed_up"]


def test_a_person_takes_it_away_who_may_and_says_his_password(
    office: Served, keeper: Program, backup: str
) -> None:
    path = f"/api/v1/backups/{backup}/download"

    def ask(login: str, role: str, password: str) -> tuple[int, bytes]:
        browser = office.signed_in(login, role)
        browser.get("/account")
        headers = {"X-CSRF-Token": browser.token, "Sec-Fetch-Site": "same-origin"}
        answer = browser.client.post(path, json={"password": password}, headers=headers)
        content = answer.data
        answer.close()
        return answer.status_code, content

    assert ask("kim", "keeper", PASSWORD)[0] == 403
    status, told = ask("cory", "courier", "no such lantern")
    assert status == 422
    assert b"password" in told
    assert kinds(office, backup) == ["backed_up"]
    status, content = ask("cora", "courier", PASSWORD)
    assert (status, content[:2]) == (200, b"PK")
    assert kinds(office, backup) == ["backed_up", "backup_downloaded"]
    (download,) = listed(keeper)[backup]["downloads"]
    assert download["by"] == "Cora"
