"""A choice that only some people may choose, over every way of writing, on both engines."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from serving import Browser, Program, Served
from werkzeug.test import TestResponse

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.exchange.templates import template_layout
from cardwright_platform.worker.assembly import Bell, build_loop

SERVES = ("clearance",)
_NUMBERS = count(1)
REFUSED = "“VIP” is chosen by these only: Head waiter."


@pytest.fixture
def host(served_on_each: Served) -> Program:
    return Program(served_on_each, "host")


@pytest.fixture
def waiter(served_on_each: Served) -> Program:
    return Program(served_on_each, "waiter")


def codes(answer: TestResponse) -> dict[str, list[str]]:
    """Return what stands at each place of a refusal."""
    assert answer.status_code == 422, answer.text
    fields: dict[str, list[str]] = answer.get_json()["error"]["fields"]
    return fields


def made(program: Program, **values: object) -> dict[str, Any]:
    """Return a guest who was taken."""
    answer = program.post("/records/guest", {"name": "Li", **values})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_who_has_the_role_chooses_and_others_are_told_who_does(
    host: Program, waiter: Program
) -> None:
    assert made(host, grade="vip", marks=["plain", "vip"], table="balcony")["grade"] == "vip"
    asked = {"name": "Wu", "grade": "vip", "marks": ["plain", "vip"], "table": "balcony"}
    answer = waiter.post("/records/guest", asked | {"visits": [{"grade": "vip"}]})
    assert codes(answer) == {
        **dict.fromkeys(("grade", "marks", "visits.0.grade"), [REFUSED]),
        "table": ["“Balcony” is chosen by these only: Administrator, Head waiter."],
    }
    assert codes(host.post("/records/guest", {"name": "Wu", "grade": "inner"})) == {
        "grade": ["“Inner” is chosen by named people only."]
    }


def test_somebody_named_chooses_whatever_his_roles(served_on_each: Served) -> None:
    vera = Program(served_on_each, "waiter", login="vera")
    assert made(vera, grade="inner", marks=["inner"])["grade"] == "inner"
    assert codes(vera.post("/records/guest", {"name": "Wu", "grade": "vip"})) == {
        "grade": [REFUSED]
    }


def test_what_is_held_is_read_kept_and_taken_away_by_everybody(
    host: Program, waiter: Program
) -> None:
    guest = made(host, grade="vip", marks=["vip"], visits=[{"grade": "vip"}])
    path = f"/records/guest/{guest['id']}"
    assert waiter.get(path).get_json()["grade"] == "vip"
    line = {"id": guest["visits"][0]["id"], "grade": "vip", "day": "2026-03-01"}
    same = {"name": "Li Ming", "grade": "vip", "marks": ["plain", "vip"], "visits": [line]}
    kept = waiter.patch(path, same, 1)
    assert kept.status_code == 200, kept.text
    assert kept.get_json()["marks"] == ["plain", "vip"]
    lowered = waiter.patch(path, {"grade": "plain", "marks": ["plain"]}, kept.json["version"])
    assert lowered.status_code == 200, lowered.text
    again = waiter.patch(path, {"grade": "vip", "marks": ["vip"]}, lowered.json["version"])
    assert codes(again) == {"grade": [REFUSED], "marks": [REFUSED]}


def test_who_took_it_away_may_take_that_back(host: Program, waiter: Program) -> None:
    guest = made(host, grade="vip")
    path = f"/records/guest/{guest['id']}"
    change = waiter.patch(path, {"grade": "plain"}, 1).json["$change_set"]
    assert waiter.post(f"/change-sets/{change}/undo", {}).status_code == 200
    assert waiter.get(path).json["grade"] == "vip"


def test_many_at_once_are_refused_one_by_one(host: Program, waiter: Program) -> None:
    guest, other = made(host, grade="plain"), made(host, grade="vip")
    update = [{"id": each["id"], "version": 1, "grade": "vip"} for each in (guest, other)]
    asked = {"create": [{"name": "A", "grade": "vip"}], "update": update}
    answer = waiter.post("/records/guest/bulk", asked)
    assert set(codes(answer)) == {"create.0.grade", "update.0.grade"}


def test_a_move_asks_for_what_may_be_chosen_and_sets_what_it_says(
    host: Program, waiter: Program
) -> None:
    guest = made(host)
    path = f"/records/guest/{guest['id']}"
    refused = waiter.post(f"{path}/actions/arrive", {"values": {"grade": "vip"}})
    assert set(codes(refused)) == {"grade"}
    assert waiter.post(f"{path}/actions/arrive", {"values": {}}).status_code == 200
    assert waiter.post(f"{path}/actions/welcome", {"values": {}}).status_code == 200
    assert waiter.get(path).json["grade"] == "vip"


def test_a_copy_leaves_out_what_its_maker_may_not_choose(host: Program, waiter: Program) -> None:
    guest = made(host, grade="vip", marks=["plain"], table="balcony", visits=[{"grade": "vip"}])
    copied = waiter.post(f"/records/guest/{guest['id']}/actions/copy", {"values": {}})
    assert copied.status_code == 200, copied.text
    found = waiter.get("/records/guest?sort=-id&limit=1&fields=grade,marks,table").json["items"][0]
    assert (found["grade"], found["marks"], found["table"]) == ("plain", ["plain"], None)


def test_the_catalog_says_which_choices_are_for_others(
    served_on_each: Served, host: Program, waiter: Program
) -> None:
    def told(program: Program) -> dict[str, list[str]]:
        fields = program.get("/catalog/guest").json["fields"]
        return {
            name: each["choices_of_others"]
            for name, each in fields.items()
            if each["choices_of_others"]
        }

    assert told(host) == {"grade": ["inner"], "marks": ["inner"]}
    assert told(waiter)["grade"] == ["vip", "inner"]
    named = Program(served_on_each, "waiter", login=f"vera{next(_NUMBERS)}")
    assert told(named) == told(waiter)
    assert waiter.get("/catalog").headers["ETag"] != named.get("/catalog").headers["ETag"]


def offered_by_template(served: Served, program: Program) -> tuple[str, ...]:
    """Return what the column of grades of an empty file offers."""
    system = served.instance.system_context()
    with served.instance.engine.read(system) as desk:
        principal, _ = principal_of(desk.session, desk.model, program.account)
    with served.instance.engine.read(replace(system, principal=principal)) as desk:
        columns = template_layout(desk, "guest").columns
    return next(each.choices for each in columns if each.title == "Grade")


def test_an_import_refuses_the_row_and_its_template_does_not_offer_it(
    served_on_each: Served, host: Program, waiter: Program
) -> None:
    assert offered_by_template(served_on_each, host) == ("Plain", "VIP")
    assert offered_by_template(served_on_each, waiter) == ("Plain",)

    def finished(answer: TestResponse) -> dict[str, Any]:
        assert answer.status_code == 202, answer.text
        event = threading.Event()
        build_loop(served_on_each.instance, Bell(event.set, event, event.clear)).drain()
        path = answer.headers["Location"].removeprefix("/api/v1")
        found: dict[str, Any] = waiter.get(path).get_json()["result"]
        return found

    content = "Name,Grade\nImported one,VIP\nImported two,Plain\n"
    brought = waiter.client.post(
        "/api/v1/files",
        data={"file": (io.BytesIO(content.encode()), "a.csv")},
        headers=waiter.headers,
    )
    file = brought.get_json()["id"]
    done = finished(waiter.post("/records/guest/import", {"file": file, "mode": "create"}))
    assert (done["imported"], done["rejected"]) == (1, 1)
    with waiter.get(f"/files/{done['rejects']}") as answer:
        report = answer.data
    assert REFUSED in report.decode("utf-8-sig")


def browse(served: Served, role: str) -> Browser:
    """Return the browser of somebody new."""
    return served.signed_in(f"{role}{next(_NUMBERS)}", role)


def test_a_form_offers_what_may_be_chosen_and_what_is_held(
    served_on_each: Served, host: Program
) -> None:
    waiter = browse(served_on_each, "waiter")
    new = waiter.get("/new/guest").text
    assert 'value="plain"' in new
    assert 'value="vip"' not in new
    assert 'value="balcony"' not in new
    guest = made(host, grade="vip")
    held = waiter.get(f"/edit/guest/{guest['id']}").text
    assert '<option value="vip" selected' in held
    refused = waiter.post("/new/guest", {"name": "Typed", "grade": "vip"})
    assert refused.status_code == 422
    assert REFUSED in refused.text
    assert "Typed" in refused.text
    saved = waiter.post(
        f"/edit/guest/{guest['id']}", {"version": "1", "name": "Renamed", "grade": "vip"}
    )
    assert saved.status_code == 303
    assert host.get(f"/records/guest/{guest['id']}").json["grade"] == "vip"


def test_a_filter_still_finds_what_others_chose(served_on_each: Served, host: Program) -> None:
    made(host, name="Found by filter", grade="vip")
    page = browse(served_on_each, "waiter").get("/list/guest?where=grade+%3D+%27vip%27")
    assert "Found by filter" in page.text


def test_who_gives_a_role_may_be_limited(served_on_each: Served) -> None:
    waiter, admin = (Program(served_on_each, each) for each in ("waiter", "admin"))
    login = f"u{next(_NUMBERS)}"
    refused = waiter.post("/records/staff_login", {"login": login, "roles": ["host"]})
    assert codes(refused) == {"roles": ["“Head waiter” is chosen by these only: Administrator."]}
    for program, roles in ((waiter, ["waiter"]), (admin, ["host"])):
        answer = program.post("/records/staff_login", {"login": login + roles[0], "roles": roles})
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("host", {"Guest", "Counted guests", "Visitors"}),
        ("waiter", {"Guest"}),
        ("admin", {"Guest", "List of logins"}),
    ],
)
def test_a_menu_shows_what_is_for_whoever_looks(
    served_on_each: Served, role: str, shown: set[str]
) -> None:
    page = browse(served_on_each, role).get("/account").text
    places = {"Guest", "Counted guests", "List of logins", "Visitors"}
    assert {each for each in places if f'cw-trunc">{each}</span>' in page} == shown
    assert ("Back office" in page) is (role == "host")
    home = browse(served_on_each, role).get("/").text
    assert ("/list/staff_login" in home) is (role == "admin")
