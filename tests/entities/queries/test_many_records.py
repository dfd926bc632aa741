"""Lists of more records than can be counted, sorted or ranked on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import NOW, PACKS, Installation, build_installation
from sqlalchemy import text

from cardwright_entities.errors import QueryError
from cardwright_entities.folding import search_tokens
from cardwright_entities.queries.requests import PageRequest
from cardwright_metadata.definitions.lists import SortDefinition

MANY = 100_050
NAME = "华南仓库"

_NUMBERS = {
    "sqlite": "with recursive n(i) as (select 1 union all select i + 1 from n where i < :many) "
    "select {} from n",
    "postgresql": "select {} from generate_series(1, :many) as n(i)",
}


@pytest.fixture(scope="module")
def crowd(store_module_url: str) -> Iterator[Installation]:
    """A workshop with 100,050 things of the same name, written without the gate."""
    installation = build_installation(store_module_url, PACKS / "workshop")
    context = installation.system()
    with installation.store.write(context, timeout=120) as session:
        desk = installation.engine.desk(session, context)
        table = desk.model.entity("thing").table
        number = desk.model.entity("thing").fields["name"].definition.number
        tokens = search_tokens(number, NAME)
        bind = table.c["search_tokens"].type.bind_processor(desk.session.connection.dialect)
        moment = table.c["created_at"].type.bind_processor(desk.session.connection.dialect)
        columns = "name, code, price, version, created_at, search_tokens"
        chosen = "CAST(:name AS text), 'T' || CAST(i AS text), i % 7, 1, {}, {}".format(
            *(("CAST(:now AS timestamptz)", "CAST(:tokens AS text[])")
              if desk.session.dialect == "postgresql" else (":now", ":tokens"))
        )  # fmt: skip
        statement = f"insert into {table.name} ({columns}) " + _NUMBERS[desk.session.dialect]
        desk.session.execute(
            text(statement.format(chosen)),
            {
                "many": MANY,
                "name": NAME,
                "now": moment(NOW) if moment else NOW,
                "tokens": bind(tokens) if bind else list(tokens),
            },
        )
    yield installation
    installation.store.close()


def _sorted_by(path: str) -> tuple[SortDefinition, ...]:
    return (SortDefinition(path=path),)


def test_counting_stops_at_a_thousand_unless_asked_exactly(crowd: Installation) -> None:
    with crowd.engine.read(crowd.acting("chief")) as desk:
        capped = desk.page(PageRequest(entity="thing", limit=5)).count
        exact = desk.page(PageRequest(entity="thing", limit=5, count="exact")).count
    assert capped is not None
    assert exact is not None
    assert (capped.value, capped.exact) == (1_000, False)
    assert (exact.value, exact.exact) == (MANY, True)


def test_sorting_without_an_index_is_refused_with_the_proposal(crowd: Installation) -> None:
    request = PageRequest(entity="thing", sort=_sorted_by("price"), limit=5)
    with crowd.engine.read(crowd.acting("chief")) as desk, pytest.raises(QueryError) as caught:
        desk.page(request)
    assert caught.value.message.code == "sort_needs_index"
    assert dict(caught.value.message.params) == {"name": "price", "most": "100000"}


def test_a_narrower_list_is_sorted_by_anything(crowd: Installation) -> None:
    with crowd.engine.read(crowd.acting("chief")) as desk:
        where = desk.condition("thing", "id <= 50000")
        request = PageRequest(entity="thing", where=where, sort=_sorted_by("price"), limit=5)
        assert len(desk.page(request).rows) == 5


@pytest.mark.parametrize("path", ["name", "id", "created_at", "code"])
def test_what_has_an_index_sorts_any_number(crowd: Installation, path: str) -> None:
    request = PageRequest(entity="thing", sort=_sorted_by(path), limit=5, count="none")
    with crowd.engine.read(crowd.acting("chief")) as desk:
        assert len(desk.page(request).rows) == 5


def test_a_word_that_everybody_has_is_found_on_the_way_through_the_list(
    crowd: Installation,
) -> None:
    with crowd.engine.read(crowd.acting("chief")) as desk:
        for words in ("华南", "南仓", "hncK"):
            first = desk.page(PageRequest(entity="thing", search=words, limit=5))
            assert [row.id for row in first.rows] == [MANY - back for back in range(5)]
            assert first.count is not None
            assert (first.count.value, first.count.exact) == (1_000, False)
            following = PageRequest(entity="thing", search=words, limit=5, after=first.next or "")
            assert desk.page(following).rows[0].id == MANY - 5


def test_the_words_of_a_common_search_are_still_exact(crowd: Installation) -> None:
    with crowd.engine.read(crowd.acting("chief")) as desk:
        assert desk.page(PageRequest(entity="thing", search="南华")).rows == ()
        assert desk.page(PageRequest(entity="thing", search="华南库仓")).rows == ()
