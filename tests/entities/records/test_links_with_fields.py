"""Links that say something of their own: made, changed, asked for and kept in history as lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.history import read_history


@pytest.fixture
def rivals(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "rivals")
    with installation.engine.write(installation.system()) as desk:
        for name in ("凌远", "华科"):
            desk.records.create("rival", {"name": name})
    yield installation
    installation.store.close()


def chance(desk: Desk, *links: dict[str, object]) -> int:
    return desk.records.create("chance", {"name": "泵站", "rivals": list(links)}).id


def test_each_link_says_what_it_says_of_its_own(rivals: Installation) -> None:
    with rivals.engine.write(rivals.acting("seller")) as desk:
        record = chance(
            desk,
            {"rival": 1, "strength": "strong", "price": "120.5"},
            {"rival": 2, "strength": "weak", "price": "99"},
        )
        view = desk.record("chance", record)
        lines = view.lines["rivals"]
        assert [(row.values["rival"], row.values["price"]) for row in lines] == [
            (1, Decimal("120.50")),
            (2, Decimal("99.00")),
        ]
        assert view.values["cheapest"] == Decimal("99.00")
        desk.records.update(
            "chance", record, {"rivals": [{"id": lines[1].id, "price": "88"}]}, None
        )
        assert desk.record("chance", record).values["cheapest"] == Decimal("88.00")
        line = desk.model.entity("chance_rivals")
        history = read_history(desk.session, desk.reading, line, lines[1].id)
        assert len(history) >= 1


def test_lists_ask_for_what_links_say(rivals: Installation) -> None:
    with rivals.engine.write(rivals.acting("seller")) as desk:
        hard = chance(desk, {"rival": 1, "strength": "strong"})
        chance(desk, {"rival": 2, "strength": "weak"})
        where = desk.condition("chance", "rivals any (strength = 'strong' and rival.name = '凌远')")
        assert [row.id for row in desk.page(PageRequest(entity="chance", where=where)).rows] == [
            hard
        ]


def test_nobody_is_linked_twice_nor_without_the_link(rivals: Installation) -> None:
    with rivals.engine.write(rivals.acting("seller")) as desk, pytest.raises(InputError):
        chance(desk, {"rival": 1}, {"rival": 1})
    with rivals.engine.write(rivals.acting("seller")) as desk:
        with pytest.raises(InputError) as raised:
            chance(desk, {"strength": "weak", "price": "-1"})
        assert set(raised.value.fields) == {"rivals.0.rival", "rivals.0.price"}
