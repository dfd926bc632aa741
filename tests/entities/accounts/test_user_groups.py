"""Groups of users carry roles, and only who manages users gives rights to others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.people.people import People

PACK = """
kind: picklist
name: known_role
names: role
---
kind: entity
name: person
fields:
  name:  {type: text}
  login: {type: text}
  roles: {type: picklists, of: known_role}
plays: {user: {name: name, login: login, roles: roles}}
---
kind: entity
name: circle
fields:
  name:   {type: text}
  people: {type: links, to: person}
  roles:  {type: picklists, of: known_role}
  active: {type: boolean, default: true}
plays: {user_group: {name: name, members: people, roles: roles, active: active}}
---
kind: entity
name: worker
fields:
  name:    {type: text}
  signs_in: {type: user}
plays: {employee: {name: name, user: signs_in}}
---
kind: entity
name: parcel
fields:
  name: {type: text}
---
kind: role
name: clerk
grants: {"*": {actions: [read, create, edit, delete, import, merge, assign]}}
---
kind: role
name: chief
features: [manage_users]
grants: {"*": {actions: [read, create, edit, delete, import, merge, assign]}}
---
kind: role
name: packer
grants: {parcel: [read]}
"""


@dataclass(frozen=True)
class Office:
    """Two people without roles of their own, and a circle that one of them is in."""

    installation: Installation
    first: int
    second: int
    circle: int

    def roles(self, account: int) -> frozenset[str]:
        with self.installation.engine.read(self.installation.system()) as desk:
            return principal_of(desk.session, desk.model, account)[0].roles

    def change(self, **values: object) -> None:
        with self.writing() as desk:
            desk.records.update("circle", self.circle, values, None)

    def writing(self, *roles: str):  # type: ignore[no-untyped-def]  # a context manager of a desk
        context: Context = self.installation.system()
        if roles:
            context = self.installation.acting(*roles, account=self.second)
        return self.installation.engine.write(context)


@pytest.fixture
def office(store_url: str, tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "pack.yaml").write_text("kind: pack\nname: office\n", encoding="utf-8")
    (tmp_path / "all.yaml").write_text(PACK, encoding="utf-8")
    installation = build_installation(store_url, tmp_path)
    with installation.engine.write(installation.system()) as desk:
        first, second = (
            desk.records.create("person", {"name": name, "login": name}).id for name in ("an", "bo")
        )
        values = {"name": "packing", "people": [first], "roles": ["packer"]}
        circle = desk.records.create("circle", values).id
    yield Office(installation, first, second, circle)
    installation.store.close()


def test_a_group_gives_its_roles_to_its_members(office: Office) -> None:
    assert office.roles(office.first) == {"packer"}
    assert office.roles(office.second) == frozenset()


def test_roles_of_ones_own_and_of_groups_add_up(office: Office) -> None:
    with office.writing() as desk:
        desk.records.update("person", office.first, {"roles": ["clerk"]}, None)
        desk.records.create("circle", {"people": [office.first], "roles": ["chief"]})
    assert office.roles(office.first) == {"packer", "clerk", "chief"}


def test_who_comes_and_goes_has_other_roles_at_once(office: Office) -> None:
    office.change(people=[office.second])
    assert office.roles(office.first) == frozenset()
    assert office.roles(office.second) == {"packer"}
    office.change(roles=["clerk"])
    assert office.roles(office.second) == {"clerk"}


def test_a_group_that_is_not_active_or_in_the_bin_gives_nothing(office: Office) -> None:
    office.change(active=False)
    assert office.roles(office.first) == frozenset()
    office.change(active=True)
    assert office.roles(office.first) == {"packer"}
    with office.writing() as desk:
        desk.records.delete("circle", office.circle)
    assert office.roles(office.first) == frozenset()
    with office.writing() as desk:
        desk.records.restore("circle", office.circle)
    assert office.roles(office.first) == {"packer"}


def test_who_is_asked_for_by_role_may_have_it_of_a_group(office: Office) -> None:
    with office.writing() as desk:
        worker = desk.records.create("worker", {"name": "an", "signs_in": office.first}).id
        desk.records.create("worker", {"name": "bo", "signs_in": office.second})
    with office.installation.engine.read(office.installation.system()) as desk:
        people = People(desk.session, desk.model)
        assert people.employees_in_role("packer") == (worker,)
        assert people.employees_in_role("chief") == ()


def _raise_oneself(desk: Desk, office: Office) -> None:
    desk.records.update("person", office.second, {"roles": ["chief"]}, None)


def _take_over(desk: Desk, office: Office) -> None:
    desk.records.update("person", office.first, {"login": "bo.again"}, None)


def _make_somebody(desk: Desk, office: Office) -> None:
    desk.records.create("person", {"name": "cy", "login": "cy", "roles": ["chief"]})


def _join(desk: Desk, office: Office) -> None:
    desk.records.update("circle", office.circle, {"people": [office.second]}, None)


def _found(desk: Desk, office: Office) -> None:
    desk.records.create("circle", {"people": [office.second], "roles": ["chief"]})


def _dissolve(desk: Desk, office: Office) -> None:
    desk.records.delete("circle", office.circle)


def _be_a_worker(desk: Desk, office: Office) -> None:
    desk.records.create("worker", {"name": "bo", "signs_in": office.second})


_DEEDS = [
    _raise_oneself, _take_over, _make_somebody, _join, _found, _dissolve, _be_a_worker,
]  # fmt: skip


@pytest.mark.parametrize("deed", _DEEDS)
def test_nobody_gives_rights_who_does_not_manage_users(office: Office, deed) -> None:
    before = office.roles(office.first), office.roles(office.second)
    with (
        pytest.raises((AccessError, InputError, NotFoundError)),
        office.writing("clerk") as desk,
    ):
        deed(desk, office)
    assert (office.roles(office.first), office.roles(office.second)) == before


@pytest.mark.parametrize("deed", _DEEDS)
def test_who_manages_users_does(office: Office, deed) -> None:
    with office.writing("chief") as desk:
        deed(desk, office)


def test_other_fields_of_an_employee_stay_open(office: Office) -> None:
    with office.writing("clerk") as desk:
        made = desk.records.create("worker", {"name": "di"})
        desk.records.update("worker", made.id, {"name": "dina"}, made.version)
