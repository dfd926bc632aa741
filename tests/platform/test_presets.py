"""What the roles for ways of working let each person do, and what not, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from serving import PACKS, Program, Served, serve
from werkzeug.test import TestResponse

_NUMBERS = count(1)
QUERY = 'kind: entity\nextend: client\nqueries: {newest_%s: {where: "id > 0"}}\n'
REPORT = "kind: report\nname: counted_%s\nrecords: {of: client, columns: [name]}\n"
FIELD = "kind: entity\nextend: client\nfields: {note_%s: {type: text}}\n"
ROLE = "kind: role\nname: helper_%s\ngrants: {client: {actions: [read]}}\n"
#: Nothing of these is a role, and all of them decide who may do what.
USER = "kind: entity\nextend: user\nfields: {note_%s: {type: text}}\n"
RULE = (
    "kind: rule\nname: raise_%s\nof: client\nas: system\ntrigger: {event: changed}\n"
    "if: \"name = 'x'\"\ndo: {set: {set: {name: \"'y'\"}}}\n"
)
KINDS = {
    "query": QUERY, "report": REPORT, "field": FIELD, "role": ROLE, "user": USER, "rule": RULE,
}  # fmt: skip
NO_RECORD = {"read": 404, "create": 404, "edit": 404, "export": 404, "search": 0}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pack base beside one business entity."""
    served = serve("", tmp_path_factory.mktemp("office"), "base", PACKS / "clients")
    yield served
    served.instance.close()


def pages(office: Served, role: str, *paths: str) -> list[int]:
    """Return how pages answer somebody with a role."""
    browser = office.signed_in(f"{role}{next(_NUMBERS)}", role)
    return [browser.get(path).status_code for path in paths]


def program_of(office: Served, role: str) -> Program:
    """Return a program of somebody new with a role."""
    return Program(office, role, login=f"{role}{next(_NUMBERS)}")


def applied(program: Program, text: str) -> TestResponse:
    """Plan one more document of a pack and apply the plan; return the answer that ended it."""
    number = next(_NUMBERS)
    made = program.post("/plans", {"documents": {f"clients/site{number}.yaml": text % number}})
    if made.status_code != 201:
        return made
    return program.post(f"/plans/{made.get_json()['id']}/apply", {"reason": "tried"})


def builds(office: Served, role: str) -> dict[str, int]:
    """Return how each kind of change ends for somebody with a role."""
    program = program_of(office, role)
    return {kind: applied(program, text).status_code for kind, text in KINDS.items()}


def allowed(*kinds: str) -> dict[str, int]:
    """Return how all kinds of change end where these are allowed."""
    return {kind: 200 if kind in kinds else 403 for kind in KINDS}


def deeds(office: Served, role: str) -> dict[str, int]:
    """Return how somebody with a role fares with a client of the administrator."""
    made = program_of(office, "admin").post("/records/client", {"name": f"C{next(_NUMBERS)}"})
    assert made.status_code == 201, made.text
    record = made.get_json()["id"]
    program = program_of(office, role)
    path = f"/records/client/{record}"
    return {
        "read": program.get(path).status_code,
        "create": program.post("/records/client", {"name": f"N{next(_NUMBERS)}"}).status_code,
        "edit": program.patch(path, {"name": f"E{next(_NUMBERS)}"}, 1).status_code,
        "export": program.post("/records/client/export", {"ids": [record]}).status_code,
        "search": len(program.get("/search?q=C").get_json()["groups"]),
    }


def test_one_person_does_everything(office: Served) -> None:
    assert builds(office, "admin") == allowed(*KINDS)
    done = deeds(office, "admin")
    assert (done["read"], done["create"], done["edit"], done["export"]) == (200, 201, 200, 202)
    paths = ("/settings", "/changes", "/backups", "/audit", "/list/user")
    assert pages(office, "admin", *paths) == [200] * 5


def test_a_manager_defines_and_analyses_while_the_assistant_enters(office: Served) -> None:
    assert builds(office, "director") == allowed("query", "report", "field")
    done = deeds(office, "director")
    assert (done["read"], done["create"], done["edit"], done["export"]) == (200, 403, 403, 202)
    assert builds(office, "assistant") == allowed()
    done = deeds(office, "assistant")
    assert (done["read"], done["create"], done["edit"], done["export"]) == (200, 201, 200, 403)
    paths = ("/settings", "/changes", "/backups", "/audit")
    assert pages(office, "director", *paths) == [200, 200, 403, 403]
    assert pages(office, "assistant", *paths) == [403] * 4


@pytest.mark.parametrize("role", ["manager", "sales"])
def test_a_manager_and_several_staff_see_what_is_theirs(office: Served, role: str) -> None:
    assert builds(office, role) == allowed()
    assert pages(office, role, "/settings", "/backups", "/audit") == [403] * 3
    assert pages(office, role, "/list/client") == [200]


def test_the_system_administrator_defines_and_sees_no_record(office: Served) -> None:
    assert builds(office, "system_admin") == allowed("query", "report", "field")
    assert deeds(office, "system_admin") == NO_RECORD
    paths = ("/settings", "/changes", "/jobs", "/backups", "/audit", "/list/user", "/list/client")
    assert pages(office, "system_admin", *paths) == [200, 200, 200, 200, 403, 404, 404]
    person = office.signed_in(f"sys{next(_NUMBERS)}", "system_admin")
    person.get("/backups")
    assert person.post("/backups").status_code == 303
    assert person.get("/backups/any/download").status_code == 403
    assert person.post("/backups/any/download").status_code == 403


def test_the_security_administrator_sees_to_users_and_rights_alone(office: Served) -> None:
    assert builds(office, "security_admin") == allowed("role")
    assert deeds(office, "security_admin") == NO_RECORD
    paths = ("/settings", "/changes", "/backups", "/audit", "/list/user", "/list/client")
    assert pages(office, "security_admin", *paths) == [403, 200, 403, 403, 200, 404]


@pytest.mark.parametrize(
    ("role", "status"),
    [("sales", 201), ("admin", 422), ("system_admin", 422), ("audit_admin", 422)],
)
def test_who_sees_to_users_makes_no_administrators(office: Served, role: str, status: int) -> None:
    login = f"given{next(_NUMBERS)}"
    asked = {"login": login, "name": login, "roles": [role]}
    answer = program_of(office, "security_admin").post("/records/user", asked)
    assert answer.status_code == status, answer.text
    other = {**asked, "login": f"{login}a"}
    assert program_of(office, "admin").post("/records/user", other).status_code == 201


def test_the_audit_administrator_reads_logs_alone(office: Served) -> None:
    assert builds(office, "audit_admin") == allowed()
    assert deeds(office, "audit_admin") == NO_RECORD
    paths = ("/settings", "/changes", "/backups", "/audit", "/list/user", "/list/client")
    assert pages(office, "audit_admin", *paths) == [403, 403, 403, 200, 404, 404]


def test_what_is_missing_is_said(office: Served) -> None:
    refused = applied(program_of(office, "system_admin"), ROLE)
    message = "使这项变更生效需要功能权限：修改角色的权限"
    assert refused.get_json()["error"]["message"] == message
    program = program_of(office, "security_admin")
    for wish in ({"purge": ["client.name"]}, {"uninstall": "clients"}):
        assert program.post("/plans", wish).status_code == 403
