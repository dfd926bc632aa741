"""Rights that hold in several ways: each is asked for a few, and together they say how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fleet_crew import Crew, build_crew
from sqlalchemy import and_, select

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.pages import open_parts
from cardwright_entities.queries.requests import COUNT_CAP, AggregateRequest, Measure, PageRequest
from cardwright_entities.queries.ways import FEW, Found, find_by_ways

_OWN, _POOL = 4, 6


@pytest.fixture
def crew(store_url: str) -> Iterator[Crew]:
    """Cargo of Cem and of nobody, and some that he does not see."""
    built = build_crew(store_url)
    with built.installation.engine.write(built.installation.system()) as desk:
        cem, emil = (RecordRef("sailor", built.ids[name]) for name in ("Cem", "Emil"))
        rows = [{"called": "Cem", "owner": cem}] * _OWN + [{"called": "nobody"}] * _POOL
        desk.records.create_many("cargo", [*rows, *[{"called": "Emil", "owner": emil}] * 5])
    yield built
    built.installation.store.close()


def _found(crew: Crew, few: int) -> tuple[Found | None, set[int]]:
    """Return what the ways find, and the ids that the rights as one condition let in."""
    system = crew.installation.system()
    with crew.installation.engine.read(system) as desk:
        principal, _ = principal_of(desk.session, desk.model, crew.ids["cem"])
    context = replace(system, principal=replace(principal, roles=frozenset({"officer"})))
    with crew.installation.engine.read(context) as desk:
        cargo = desk.model.entity("cargo")
        names, rights, others = open_parts(desk.reading, cargo, PageRequest(entity="cargo"))
        ids = select(names.source.c["id"])
        seen = {row.id for row in desk.session.rows(ids.where(and_(rights, others)))}
        found = find_by_ways(desk.session, names, rights, others, few)
        bare = find_by_ways(desk.session, names, rights, others, few, bare=True)
        assert (found and found.count) == (bare and bare.count)
        if found is not None and found.are_few:
            among = desk.session.rows(ids.where(found.among(names.source)))
            assert {row.id for row in among} == seen
        page = desk.page(PageRequest(entity="cargo", columns=("called",), limit=3))
        assert page.count is not None
        assert (page.count.value, page.count.exact) == (len(seen), True)
        counted = desk.aggregate(AggregateRequest(entity="cargo", measures={"n": Measure("count")}))
        assert counted.totals["n"] == len(seen)
    return found, seen


@pytest.mark.parametrize("few", [1, _OWN, _POOL, 9, 10, 11, 100])
def test_ways_find_what_the_rights_let_in_and_stop_behind_a_few(crew: Crew, few: int) -> None:
    found, seen = _found(crew, few)
    assert len(seen) == _OWN + _POOL
    if crew.installation.store.dialect == "sqlite":
        assert found is None
    else:
        assert found is not None
        assert found.count == min(len(seen), few + 1)
        assert found.are_few == (len(seen) <= few)


def test_a_few_are_more_than_a_count_shows() -> None:
    """Whatever lies beyond a few is shown as the cap, whose number is not asked again."""
    assert FEW >= COUNT_CAP
