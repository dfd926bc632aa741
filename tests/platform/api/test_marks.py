"""A program reads and sets its caller's own tags and favourites of a record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.accounts.tokens import create_token


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "workshop")
    yield served
    served.instance.close()


def _program(served: Served, role: str) -> Program:
    program = Program(served, role)
    with served.instance.store.write(served.instance.system_context()) as session:
        set_roles(session, program.account, (role,))
    return program


@pytest.fixture(scope="module")
def guest(served: Served) -> Program:
    return _program(served, "guest")


@pytest.fixture
def firm(served: Served) -> int:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        return desk.records.create("firm", {"name": "甲", "level": "a"}).id


def _set(program: Program, firm: int, body: object) -> TestResponse:
    url = f"/api/v1/records/firm/{firm}/marks"
    return program.client.patch(url, json=body, headers=program.headers)


def test_who_may_read_a_record_marks_it_for_himself(
    served: Served, guest: Program, firm: int
) -> None:
    answer = _set(guest, firm, {"tags": ["VIP", "vip", " 重点 "], "favourites": ["Week"]})
    assert answer.status_code == 200, answer.text
    assert sorted(answer.get_json()["tags"]) == ["VIP", "重点"]
    assert guest.get(f"/records/firm/{firm}/marks").get_json() == answer.get_json()
    found = guest.get("/records/firm?where=$self in $tagged('VIP')").get_json()["items"]
    assert [each["id"] for each in found] == [firm]
    assert _set(guest, firm, {"tags": []}).get_json() == {"tags": [], "favourites": ["Week"]}
    other = _program(served, "guest")
    assert other.get(f"/records/firm/{firm}/marks").get_json() == {"tags": [], "favourites": []}


def test_what_cannot_be_taken_is_told_at_its_place(guest: Program, firm: int) -> None:
    for body, place in (
        ({"tags": "VIP"}, "tags"),
        ({"tags": ["x" * 41]}, "tags.0"),
        ({"tags": [" "]}, "tags.0"),
        ({"favourites": ["a\tb", "a\u0007b"]}, "favourites"),
        ({"others": []}, "others"),
    ):
        answer = _set(guest, firm, body)
        assert answer.status_code == 422, answer.text
        assert list(answer.get_json()["error"]["fields"]) == [place]
    assert guest.get(f"/records/firm/{firm}/marks").get_json()["favourites"] == []


def test_what_may_not_be_read_is_not_marked_and_its_marks_are_not_told(
    served: Served, guest: Program, firm: int
) -> None:
    assert _set(guest, firm, {"tags": ["VIP"]}).status_code == 200
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.update("firm", firm, {"level": "c"}, None)
    assert guest.get(f"/records/firm/{firm}/marks").status_code == 404
    assert _set(guest, firm, {"tags": []}).status_code == 404
    assert guest.get("/records/thing/1/marks").status_code == 404


def test_a_token_that_may_only_read_marks_nothing(
    served: Served, guest: Program, firm: int
) -> None:
    with served.instance.store.write(served.instance.system_context()) as session:
        token = create_token(session, guest.account, "reading", scopes=("read",))
    url = f"/api/v1/records/firm/{firm}/marks"
    headers = {"Authorization": f"Bearer {token}"}
    assert guest.client.get(url, headers=headers).status_code == 200
    assert guest.client.patch(url, json={"tags": ["x"]}, headers=headers).status_code == 403


def test_lines_of_a_head_bear_no_marks(served: Served) -> None:
    clerk = _program(served, "chief")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        thing = desk.records.create("thing", {"code": "T1", "name": "T"}).id
        firm = desk.records.create("firm", {"name": "F"}).id
        items = [{"thing": thing, "quantity": 1}]
        deal = desk.records.create("deal", {"firm": firm, "items": items}).id
        line = desk.record("deal", deal).lines["items"][0].id
    url = f"/api/v1/records/deal_item/{line}/marks"
    answer = clerk.client.patch(url, json={"tags": ["x"]}, headers=clerk.headers)
    assert answer.status_code == 404
