"""Requests that are sent again: one effect, the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from cardwright_entities.idempotency import sweep_answers
from cardwright_entities.store.platform_tables import cw_idempotency

if TYPE_CHECKING:
    from conftest import Caller, Site


def test_the_same_key_gives_the_same_answer_and_one_record(chief: Caller) -> None:
    first = chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    again = chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    for name in ("Location", "ETag"):
        assert first.headers[name] == again.headers[name]
    assert chief.get("/records/firm", count="exact").get_json()["count"]["value"] == 1


def test_a_key_stands_for_one_request_of_one_account(chief: Caller, clerk: Caller) -> None:
    chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    other = chief.post("/records/firm", {"name": "Other"}, Idempotency_Key="a-1")
    assert other.status_code == 422
    assert list(other.get_json()["error"]["fields"]) == ["Idempotency-Key"]
    assert chief.post("/records/area", {"name": "Acme"}, Idempotency_Key="a-1").status_code == 422
    assert clerk.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1").status_code == 201


def test_a_refusal_is_not_kept(chief: Caller) -> None:
    assert chief.post("/records/firm", {}, Idempotency_Key="a-1").status_code == 422
    taken = chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    assert taken.status_code == 201


def test_a_bulk_request_is_done_once(chief: Caller) -> None:
    body = {"create": [{"name": "A"}, {"name": "B"}]}
    first = chief.post("/records/firm/bulk", body, Idempotency_Key="b-1")
    again = chief.post("/records/firm/bulk", body, Idempotency_Key="b-1")
    assert first.data == again.data
    assert chief.get("/records/firm").get_json()["count"]["value"] == 2


def test_an_answer_is_kept_for_a_day(site: Site, chief: Caller) -> None:
    chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    context = site.instance.system_context()
    old = context.now - timedelta(hours=24, minutes=1)
    with site.instance.store.write(context) as session:
        session.execute(update(cw_idempotency).values(created_at=old))
    chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    assert chief.get("/records/firm").get_json()["count"]["value"] == 2
    with site.instance.store.write(context) as session:
        session.execute(update(cw_idempotency).values(created_at=old))
        assert sweep_answers(session) == 1


def test_ten_at_the_same_time_have_one_effect(chief: Caller) -> None:
    def send(_: int) -> tuple[int, bytes]:
        answer = chief.client.application.test_client().post(
            "/api/v1/records/firm",
            json={"name": "Acme"},
            headers={"Authorization": f"Bearer {chief.token}", "Idempotency-Key": "c-1"},
        )
        return answer.status_code, answer.data

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))
    assert len(answers) == 1
    assert chief.get("/records/firm").get_json()["count"]["value"] == 1


def test_who_lost_the_right_gets_no_kept_answer(site: Site, chief: Caller) -> None:
    chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    site.set_roles(chief, "guest")
    again = chief.post("/records/firm", {"name": "Acme"}, Idempotency_Key="a-1")
    assert again.status_code == 403


def test_no_update_is_lost_between_writers(chief: Caller) -> None:
    firm = chief.create("firm", name="Acme", staff=0)
    url = f"/api/v1/records/firm/{firm['id']}"
    headers = {"Authorization": f"Bearer {chief.token}"}

    def add_one(_: int) -> None:
        client = chief.client.application.test_client()
        while True:
            seen = client.get(url, headers=headers)
            body = {"staff": seen.get_json()["staff"] + 1}
            tagged = {**headers, "If-Match": seen.headers["ETag"]}
            answer = client.patch(url, json=body, headers=tagged)
            if answer.status_code == 200:
                return
            assert answer.status_code == 409, answer.text

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(20)))
    assert chief.get(f"/records/firm/{firm['id']}").get_json()["staff"] == 20
