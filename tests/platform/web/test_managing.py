"""Managing accounts: the feature opens none whose user's record one may not change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from authenticator import Authenticator
from serving import PACKS, PASSWORD, Browser, Program, Served, serve
from sqlalchemy import event

from cardwright_entities.accounts.accounts import Account, find_account
from cardwright_entities.accounts.passkeys import list_passkeys
from cardwright_entities.store.platform_tables import cw_one_time_link

PLACE, OWN = "/invitations", "/account/passkeys"


@pytest.fixture
def houses(tmp_path: Path, store_url: str) -> Iterator[Served]:
    served = serve(store_url, tmp_path, PACKS / "caretakers", base_url="http://localhost")
    yield served
    served.instance.close()


def lodge(houses: Served, login: str, house: str, *roles: str) -> Account:
    """Add somebody who lives in a house and has never come."""
    values = {"login": login, "name": login.title(), "house": house, "roles": list(roles)}
    answer = Program(houses, "admin").post("/records/tenant", values)
    assert answer.status_code == 201, answer.text
    with houses.instance.store.read(houses.instance.system_context()) as session:
        return find_account(session, login)


def caretaker(houses: Served) -> Browser:
    browser = houses.signed_in("keeper", "caretaker", "neighbour")
    browser.get("/")
    return browser


def links(houses: Served) -> int:
    with houses.instance.store.read(houses.instance.system_context()) as session:
        return len(session.rows(cw_one_time_link.select()))


def test_nobody_is_let_in_whose_record_is_not_ones_own_to_change(houses: Served) -> None:
    own = lodge(houses, "anna", "own", "caretaker")
    beside = lodge(houses, "bela", "beside", "caretaker")
    far = lodge(houses, "cleo", "far", "caretaker")
    browser = caretaker(houses)
    page = browser.get(PLACE).text
    assert "Anna" in page
    assert "Bela" in page
    assert "Cleo" not in page
    assert f"{PLACE}/{own.id}/link" in page
    assert f"{PLACE}/{beside.id}/" not in page
    before = links(houses)
    for account in (beside, far):
        for verb in ("link", "mail", "withdraw"):
            assert browser.post(f"{PLACE}/{account.id}/{verb}").status_code == 404
    assert links(houses) == before
    assert browser.post(f"{PLACE}/{own.id}/link").status_code == 200
    assert links(houses) == before + 1


def test_nobody_is_let_in_with_roles_that_are_not_ones_own_to_give(houses: Served) -> None:
    lord = lodge(houses, "dora", "own", "admin")
    browser = caretaker(houses)
    page = browser.get(PLACE).text
    assert "Dora" in page
    assert f"{PLACE}/{lord.id}/" not in page
    assert browser.post(f"{PLACE}/{lord.id}/link").status_code == 404
    landlord = houses.signed_in("landlord", "admin")
    landlord.get(PLACE)
    assert landlord.post(f"{PLACE}/{lord.id}/link").status_code == 200


def test_nobody_is_let_in_with_roles_of_a_group_that_are_not_ones_own_to_give(
    houses: Served,
) -> None:
    elected = lodge(houses, "edda", "own", "caretaker")
    browser = caretaker(houses)
    assert f"{PLACE}/{elected.id}/link" in browser.get(PLACE).text
    council = {"name": "Council", "roles": ["admin"], "members": [elected.id]}
    assert Program(houses, "admin").post("/records/council", council).status_code == 201
    page = browser.get(PLACE).text
    assert "Edda" in page
    assert f"{PLACE}/{elected.id}/" not in page
    assert browser.post(f"{PLACE}/{elected.id}/link").status_code == 404


def test_the_list_asks_no_more_of_many_than_of_one(houses: Served) -> None:
    browser = caretaker(houses)
    seen: list[str] = []

    def count(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(houses.instance.store.engine, "before_cursor_execute", count)
    counts = []
    for number in range(3):
        for each in range(number * 6 + 1):
            lodge(houses, f"guest-{number}-{each}", "own", "caretaker")
        browser.get(PLACE)
        seen.clear()
        page = browser.get(PLACE).text
        counts.append(len(seen))
    assert len(re.findall(rf"{PLACE}/\d+/link", page)) == 1 + 7 + 13
    assert len(set(counts)) == 1


def test_passkeys_are_those_of_people_whose_record_one_may_change(houses: Served) -> None:
    browser = caretaker(houses)
    for login, house, seen in (("anna", "own", 200), ("bela", "beside", 404)):
        holder = houses.signed_in(login, "caretaker")
        holder.get(OWN)
        options = json.loads(holder.post(f"{OWN}/begin", {"old": PASSWORD}).text)
        fields = {"credential": Authenticator().make(options), "name": "phone"}
        assert holder.post(OWN, fields).status_code == 303
        with houses.instance.store.read(houses.instance.system_context()) as session:
            account = find_account(session, login)
            (passkey,) = list_passkeys(session, account.id)
        program = Program(houses, "admin", login=f"program.{login}")
        changed = program.patch(f"/records/tenant/{account.id}", {"house": house}, 1)
        assert changed.status_code == 200, changed.text
        place = f"/access/passkeys/{account.id}"
        assert browser.get(place).status_code == seen
        link_there = place in browser.get(f"/access/people/{account.id}").text
        assert link_there == (seen == 200)
        gone = browser.post(f"{place}/{passkey.id}/remove", {"old": PASSWORD})
        assert gone.status_code == (303 if seen == 200 else 404)
        with houses.instance.store.read(houses.instance.system_context()) as session:
            assert len(list_passkeys(session, account.id)) == (0 if seen == 200 else 1)
