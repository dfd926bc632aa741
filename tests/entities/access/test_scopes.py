"""Scopes follow people as they are now, under whatever names; giving away is a right of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fleet_crew import Crew, build_crew

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.requests import AggregateRequest, Measure, PageRequest


@pytest.fixture
def crew(store_url: str) -> Iterator[Crew]:
    """The fleet with cargo: of each sailor, of the mess, and of nobody."""
    built = build_crew(store_url)
    with built.installation.engine.write(built.installation.system()) as desk:
        owners = {
            **{name: ("sailor", name) for name in ("Anna", "Boris", "Cem", "Dora", "Emil")},
            "of the mess": ("mess", "Galley"),
        }
        for called, (entity, name) in owners.items():
            row = {"called": called, "crates": [{"weight": 1}, {"weight": 2}]}
            owned = {**row, "owner": RecordRef(entity, built.ids[name])}
            built.ids[f"cargo {called}"] = desk.records.create("cargo", owned).id
        row = {"called": "of nobody", "crates": [{"weight": 4}]}
        built.ids["cargo of nobody"] = desk.records.create("cargo", row).id
    yield built
    built.installation.store.close()


def someone(crew: Crew, name: str, *roles: str) -> Context:
    """Return who signs in under a name, found as a request finds him."""
    system = crew.installation.system()
    with crew.installation.engine.read(system) as desk:
        principal, _ = principal_of(desk.session, desk.model, crew.ids[name])
    return replace(system, principal=replace(principal, roles=frozenset(roles)))


def seen(crew: Crew, context: Context) -> set[object]:
    with crew.installation.engine.read(context) as desk:
        found = desk.page(PageRequest(entity="cargo", columns=("called",)))
        measures = {"n": Measure("count")}
        counted = desk.aggregate(AggregateRequest(entity="crate", measures=measures))
        lines = desk.page(PageRequest(entity="crate", columns=("head",)))
        assert counted.totals["n"] == len(lines.rows)
        assert {row.values["head"] for row in lines.rows} == {row.id for row in found.rows}
        return {row.values["called"] for row in found.rows}


def test_whose_records_one_sees_under_names_of_any_kind(crew: Crew) -> None:
    below = {"Boris", "Cem", "Dora"}
    assert seen(crew, someone(crew, "boris", "officer")) == below | {"of the mess", "of nobody"}
    assert seen(crew, someone(crew, "cem", "officer")) == {"Cem", "Dora", "of nobody"}
    # On the Dinghy stands Cem alone; what the mess owns was stamped with the ship of its cook.
    assert seen(crew, someone(crew, "cem", "purser")) == {"Cem", "of nobody"}
    ship = {"Anna", "Boris", "Cem", "of the mess"}
    assert seen(crew, someone(crew, "boris", "purser")) == ship | {"of nobody"}
    assert seen(crew, someone(crew, "anna", "admiral")) == ship
    assert seen(crew, crew.installation.acting("officer")) == {"of nobody"}


def test_several_roles_see_together_what_each_sees(crew: Crew) -> None:
    both = someone(crew, "cem", "officer", "purser")
    assert seen(crew, both) == {"Cem", "Dora", "of nobody"}


@pytest.mark.parametrize(
    ("entity", "name", "values", "expected"),
    [
        ("sailor", "Emil", {"obeys": "Cem"}, {"Cem", "Dora", "Emil", "of nobody"}),
        ("sailor", "Dora", {"obeys": None}, {"Cem", "of nobody"}),
        ("mess", "Galley", {"cook": "Cem"}, {"Cem", "Dora", "of the mess", "of nobody"}),
    ],
)
def test_who_moves_is_seen_otherwise_from_the_next_request_on(
    crew: Crew, entity: str, name: str, values: dict[str, str | None], expected: set[object]
) -> None:
    assert seen(crew, someone(crew, "cem", "officer")) == {"Cem", "Dora", "of nobody"}
    with crew.installation.engine.write(crew.installation.system()) as desk:
        raw = {key: crew.ids[each] if each else None for key, each in values.items()}
        desk.records.update(entity, crew.ids[name], raw, None)
    assert seen(crew, someone(crew, "cem", "officer")) == expected


def test_another_ship_is_another_scope_and_what_was_stamped_stays(crew: Crew) -> None:
    with crew.installation.engine.write(crew.installation.system()) as desk:
        aboard = {"stands": crew.ids["Albatross"]}
        desk.records.update("sailor", crew.ids["Cem"], aboard, None)
    ship = {"Anna", "Boris", "Cem", "of the mess", "of nobody"}
    assert seen(crew, someone(crew, "cem", "purser")) == ship
    with crew.installation.engine.write(crew.installation.system()) as desk:
        tied = {"towed_by": None}
        desk.records.update("ship", crew.ids["Dinghy"], tied, None)
    assert seen(crew, someone(crew, "cem", "purser")) == ship - {"Cem"}


def test_what_one_reads_one_may_not_therefore_change(crew: Crew) -> None:
    officer = someone(crew, "boris", "officer")
    with crew.installation.engine.write(officer) as desk:
        desk.records.update("cargo", crew.ids["cargo Boris"], {"worth": 1}, None)
        with pytest.raises(AccessError):
            desk.records.update("cargo", crew.ids["cargo Cem"], {"worth": 1}, None)
        with pytest.raises(NotFoundError):
            desk.records.update("cargo", crew.ids["cargo Anna"], {"worth": 1}, None)
        actions = ("edit", "delete", "assign")
        assert desk.allowed("cargo", crew.ids["cargo Boris"], actions) == {"edit", "delete"}
        assert desk.allowed("cargo", crew.ids["cargo Cem"], actions) == frozenset()


def test_a_record_is_given_to_others_only_with_the_right_to_assign(crew: Crew) -> None:
    anna = RecordRef("sailor", crew.ids["Anna"])
    with crew.installation.engine.write(someone(crew, "boris", "officer")) as desk:
        with pytest.raises(InputError) as refused:
            desk.records.update("cargo", crew.ids["cargo Boris"], {"owner": anna}, None)
        assert refused.value.fields["owner"][0].code == "not_assignable"
        with pytest.raises(InputError):
            desk.records.create("cargo", {"called": "for Anna", "owner": anna})
        mine = desk.records.create("cargo", {"called": "mine"})
        assert desk.record("cargo", mine.id).values["owner"].id == crew.ids["Boris"]


def test_who_may_assign_loses_sight_of_what_he_gave_away(crew: Crew) -> None:
    emil = RecordRef("sailor", crew.ids["Emil"])
    purser = someone(crew, "boris", "purser")
    with crew.installation.engine.write(crew.installation.system()) as desk:
        grants = desk.model.catalog.roles["purser"].grants["cargo"]
        assert grants.scopes["assign"] == ("own", "pool")
    with crew.installation.engine.write(purser) as desk:
        with pytest.raises(AccessError):  # on the same ship, but not his own
            desk.records.update("cargo", crew.ids["cargo Anna"], {"owner": emil}, None)
        change = {"worth": 2, "owner": emil}
        with pytest.raises(InputError):
            desk.records.update("cargo", crew.ids["cargo Anna"], change, None)
        desk.records.update("cargo", crew.ids["cargo Boris"], {"owner": emil}, None)
    with crew.installation.engine.read(purser) as desk, pytest.raises(NotFoundError):
        desk.record("cargo", crew.ids["cargo Boris"])
    with crew.installation.engine.read(crew.installation.system()) as desk:
        given = desk.record("cargo", crew.ids["cargo Boris"]).values
    # From the pool he takes what he may read there, though he may not edit it.
    boris = RecordRef("sailor", crew.ids["Boris"])
    with crew.installation.engine.write(purser) as desk:
        pool = crew.ids["cargo of nobody"]
        with pytest.raises(AccessError):
            desk.records.update("cargo", pool, {"worth": 2, "owner": boris}, None)
        desk.records.update("cargo", pool, {"owner": boris}, None)
        desk.records.update("cargo", pool, {"worth": 2}, None)
    assert (given["owner"], given["department"], given["organisation"]) == (emil, None, None)
