"""Superiors, managers, teams and roles are found through parts, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fleet_crew import Crew

from cardwright_entities.people.people import People


@contextmanager
def asking(crew: Crew) -> Iterator[People]:
    with crew.installation.engine.read(crew.installation.system()) as desk:
        yield People(desk.session, desk.model)


def change(crew: Crew, entity: str, name: str, **values: object) -> None:
    with crew.installation.engine.write(crew.installation.system()) as desk:
        desk.records.update(entity, crew.ids[name], values, None)


def test_superiors_come_in_their_order_and_who_left_is_passed_over(crew: Crew) -> None:
    ids = crew.ids
    with asking(crew) as people:
        assert people.superiors_of(ids["Dora"]) == (ids["Cem"], ids["Boris"], ids["Anna"])
        assert people.superior_of(ids["Dora"]) == ids["Cem"]
        assert people.superior_of(ids["Anna"]) is None
    change(crew, "sailor", "Cem", fit=False)
    with asking(crew) as people:
        assert people.superior_of(ids["Dora"]) == ids["Boris"]
        assert people.superiors_of(999) == ()


def test_a_chain_that_bites_its_tail_ends(crew: Crew) -> None:
    ids = crew.ids
    change(crew, "sailor", "Anna", obeys=ids["Dora"])
    with asking(crew) as people:
        assert people.superiors_of(ids["Dora"]) == (ids["Cem"], ids["Boris"], ids["Anna"])
        everybody = {ids[name] for name in ("Boris", "Cem", "Dora")}
        assert people.subordinates_of(ids["Anna"]) == everybody


def test_those_below_are_all_of_them_near_and_far(crew: Crew) -> None:
    ids = crew.ids
    with asking(crew) as people:
        assert people.subordinates_of(ids["Anna"]) == {ids["Boris"], ids["Cem"], ids["Dora"]}
        assert people.subordinates_of(ids["Dora"]) == frozenset()


def test_a_department_has_its_manager_while_he_serves(crew: Crew) -> None:
    ids = crew.ids
    with asking(crew) as people:
        assert people.manager_of(ids["Dinghy"]) == ids["Cem"]
        assert people.manager_of(ids["Albatross"]) is None
        assert people.department_of(ids["Cem"]) == ids["Dinghy"]
    change(crew, "sailor", "Cem", fit=False)
    with asking(crew) as people:
        assert people.manager_of(ids["Dinghy"]) is None


def test_a_team_is_its_leader_and_its_members(crew: Crew) -> None:
    ids = crew.ids
    with asking(crew) as people:
        assert people.members_of(ids["Galley"]) == (ids["Boris"], ids["Dora"], ids["Emil"])
        assert people.teams_of(ids["Boris"]) == {ids["Galley"]}
        assert people.teams_of(ids["Emil"]) == {ids["Galley"]}
        assert people.teams_of(ids["Anna"]) == frozenset()


def test_a_role_is_found_in_an_organisation_and_below_it(crew: Crew) -> None:
    ids = crew.ids
    with asking(crew) as people:
        assert people.employees_in_role("officer") == (ids["Boris"], ids["Cem"])
        assert people.employees_in_role("officer", ids["North"]) == (ids["Boris"], ids["Cem"])
        assert people.employees_in_role("officer", ids["North Sea"]) == (ids["Cem"],)
        assert people.employees_in_role("cabin boy") == ()
    change(crew, "mate", "boris", aboard=False)
    with asking(crew) as people:
        assert people.employees_in_role("officer") == (ids["Cem"],)


def test_an_employee_has_an_account_while_it_is_in_use(crew: Crew) -> None:
    ids = crew.ids
    with asking(crew) as people:
        assert people.account_of(ids["Boris"]) == ids["boris"]
        assert people.account_of(ids["Dora"]) is None
        assert people.employee_of(ids["boris"]) == ids["Boris"]
        assert people.employee_of(999) is None
    change(crew, "mate", "boris", aboard=False)
    with asking(crew) as people:
        assert people.account_of(ids["Boris"]) is None
