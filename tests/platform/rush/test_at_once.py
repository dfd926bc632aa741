"""Sixty-four people want the same of a real server at the same moment: one of them gets it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from rush.crowd import PEOPLE, Crowd, crowd_on, statuses
from services.postgresql import PostgresqlServer

#: What each of them makes: more than there are threads to answer.
EACH = 3
ROUNDS = 3


@pytest.fixture(
    scope="module", params=["sqlite-1", "postgresql-2"], ids=["sqlite", "two processes"]
)
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowd]:
    engine, _, processes = request.param.partition("-")
    url = ""
    if engine == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        url = server.url(server.create_database())
    with crowd_on(url, tmp_path_factory.mktemp("crowd"), processes=int(processes)) as crowd:
        yield crowd


def test_numbers_are_there_once_and_without_gaps_where_it_was_promised(crowd: Crowd) -> None:
    before = {each["id"] for each in crowd.records("ticket")}
    taken: Counter[int] = Counter()
    for turn in range(EACH):

        def make(client: httpx.Client, number: int, turn: int = turn) -> httpx.Response:
            # Every third one is refused, after it was its turn for a number or before.
            name = "" if (number + turn) % 3 == 0 else f"Ticket {number}"
            return client.post("/records/ticket", json={"name": name})

        taken += statuses(crowd.all_at_once(make))
    assert set(taken) == {201, 422}
    made = crowd.records("ticket")
    assert len(made) - len(before) == taken[201]
    strict = sorted(int(each["strict"][1:]) for each in made)
    assert strict == list(range(1, len(made) + 1))
    assert len({each["quick"] for each in made}) == len(made)


def test_of_saves_of_one_version_one_wins(crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        _save_at_once(crowd)


def _save_at_once(crowd: Crowd) -> None:
    ticket = crowd.create(name="Wanted", pieces=0)
    path, seen = f"/records/ticket/{ticket['id']}", {"If-Match": f'"{ticket["version"]}"'}
    answers = crowd.all_at_once(
        lambda client, number: client.patch(path, json={"pieces": number + 1}, headers=seen)
    )
    assert statuses(answers) == {200: 1, 409: PEOPLE - 1}
    (winner,) = (each.json() for each in answers if each.status_code == 200)
    with crowd.client() as client:
        kept = client.get(path).json()
        told = client.get(f"/history/ticket/{ticket['id']}").json()
    assert (kept["pieces"], kept["version"]) == (winner["pieces"], ticket["version"] + 1)
    assert len(told["items"]) == 2


def test_of_those_who_claim_a_record_of_the_pool_one_gets_it(crowd: Crowd) -> None:
    for plot in crowd.plots[:ROUNDS]:
        counted = _claimed_at_once(crowd, f"/records/plot/{plot}/actions/owner.claim")
        assert counted[200] == 1, counted
        # Who may not see whose it is now is told that it is not there.
        assert set(counted) <= {200, 404, 409}
    owned = crowd.records("plot", where="owner is not empty")
    assert len(owned) <= ROUNDS


def _claimed_at_once(crowd: Crowd, path: str) -> Counter[int]:
    return statuses(crowd.all_at_once(lambda client, _: client.post(path, json={})))


def test_one_who_claims_all_at_once_gets_as_many_as_he_may_hold(crowd: Crowd) -> None:
    headers = {"Authorization": f"Bearer {crowd.tokens[-1]}"}
    free = crowd.plots[ROUNDS:]

    def claim(client: httpx.Client, number: int) -> httpx.Response:
        path = f"/records/plot/{free[number % len(free)]}/actions/owner.claim"
        return client.post(path, json={}, headers=headers)

    crowd.all_at_once(claim)
    with crowd.client(PEOPLE - 1) as client:
        page = client.get("/records/plot", params={"where": "owner = $me", "limit": "200"})
    assert len(page.json()["items"]) == 5


def test_a_link_opens_one_door_once(crowd: Crowd) -> None:
    for link in crowd.links:
        counted = _entered_at_once(crowd, f"{crowd.address}/link/{link}")
        assert counted == {303: 1, 404: PEOPLE - 1}


def _entered_at_once(crowd: Crowd, address: str) -> Counter[int]:
    tokens: dict[int, str] = {}

    def look(client: httpx.Client) -> None:
        page = client.get(address, headers={"Accept": "text/html"})
        found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', page.text)
        assert found is not None, page.text
        tokens[id(client)] = found[1]

    def enter(client: httpx.Client, number: int) -> httpx.Response:
        password = f"three old lanterns {number}"
        fields = {"password": password, "password_again": password}
        return client.post(
            address,
            data={"csrf_token": tokens[id(client)], **fields},
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    return statuses(crowd.all_at_once(enter, look))


def test_what_is_sent_again_under_one_key_is_done_once(crowd: Crowd) -> None:
    for turn in range(ROUNDS):
        headers = {
            "Idempotency-Key": f"key-{turn}",
            "Authorization": f"Bearer {crowd.tokens[0]}",
        }
        answers = _sent_at_once(crowd, {"name": f"Sent again {turn}"}, headers)
        assert statuses(answers) == {201: PEOPLE}
        assert len({each.content for each in answers}) == 1
        assert len(crowd.records("ticket", where=f"name = 'Sent again {turn}'")) == 1


def _sent_at_once(
    crowd: Crowd, ticket: dict[str, str], headers: dict[str, str]
) -> list[httpx.Response]:
    return crowd.all_at_once(
        lambda client, _: client.post("/records/ticket", json=ticket, headers=headers)
    )


def test_of_equal_values_of_a_unique_field_one_is_taken(crowd: Crowd) -> None:
    for turn in range(ROUNDS):
        answers = _taken_at_once(crowd, f"A{turn}")
        assert statuses(answers) == {201: 1, 422: PEOPLE - 1}
        assert len(crowd.records("ticket", where=f"seat = 'A{turn}'")) == 1


def _taken_at_once(crowd: Crowd, seat: str) -> list[httpx.Response]:
    return crowd.all_at_once(
        lambda client, number: client.post(
            "/records/ticket", json={"name": f"Seat of {number}", "seat": seat}
        )
    )
