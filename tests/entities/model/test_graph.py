"""The graph of values: who reads what, over which way, in which order, and every circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.checking import check_definitions
from cardwright_entities.model.dependencies import Hop, Place, find_circles
from cardwright_entities.model.graph import Dependent, ValueGraph
from cardwright_entities.model.model import Model
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.checking import check
from cardwright_metadata.problems import Finding, Problem

TYPES = FieldTypes(BUILTIN_FIELD_TYPES)
PACK = "kind: pack\nname: trial\nlabel: 试\nlanguage: 1\n"
SHOP = """\
kind: entity
name: customer
fields:
  name: {type: text}
  level: {type: integer}
  spent: {type: formula, returns: decimal, formula: "sum(orders.customer, total)"}
  rank: {type: formula, returns: decimal, formula: "spent * level"}
  referred: {type: formula, returns: decimal, formula: "count(orders.partner)"}
---
kind: entity
name: orders
fields:
  customer: {type: link, to: customer}
  partner: {type: link, to: customer}
  discount: {type: decimal, default: customer.level}
  items: {type: lines, of: item}
  total: {type: formula, returns: decimal, stored: true, formula: "sum(items, amount) - discount"}
  standing: {type: mirror, path: customer.rank}
---
kind: entity
name: item
owner: orders
fields:
  price: {type: decimal}
  amount: {type: formula, returns: decimal, stored: true, formula: "price * 2"}
  share: {type: formula, returns: decimal, formula: "amount / $head.total"}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write_pack(tmp_path: Path) -> Write:
    """Write a pack with these documents."""

    def write(text: str) -> Path:
        (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
        (tmp_path / "all.yaml").write_text(text, "utf-8")
        return tmp_path

    return write


def examine(catalog: Catalog) -> list[Finding]:
    return check_definitions(catalog, TYPES, lambda message: f"({message.code})")


def problems_of(folder: Path) -> tuple[Problem, ...]:
    return check([folder], TYPES, examine)[1]


@pytest.fixture
def graph(write_pack: Write) -> ValueGraph:
    catalog, problems = check([write_pack(SHOP)], TYPES, examine)
    assert problems == ()
    assert catalog is not None
    return Model(catalog, TYPES, "sqlite").graph


def test_dependents_are_told_with_the_way_to_what_they_read(graph: ValueGraph) -> None:
    spent_over = Hop("orders", "customer", "pointing")
    assert graph.dependents_of("orders", "total") == (
        Dependent("customer", "spent", (spent_over,), near=False, stored=False),
        Dependent("item", "share", (Hop("item", "head", "head"),), near=True, stored=False),
    )
    assert graph.dependents_of("item", "amount") == (
        Dependent("orders", "total", (Hop("orders", "items", "lines"),), near=True, stored=True),
        Dependent("item", "share", (), near=True, stored=False),
    )


def test_records_that_come_and_go_are_seen_by_who_counts_them(graph: ValueGraph) -> None:
    assert [each.field for each in graph.dependents_of("orders", "partner")] == ["referred"]
    assert "spent" in [each.field for each in graph.dependents_of("orders", "customer")]
    assert [each.field for each in graph.dependents_of("item", "head")] == ["total", "share"]


def test_a_default_is_no_dependent(graph: ValueGraph) -> None:
    assert [each.field for each in graph.dependents_of("customer", "level")] == ["rank"]


def test_what_is_affected_comes_in_the_order_of_computing(graph: ValueGraph) -> None:
    found = graph.affected_by("item", "price")
    assert set(found) == {
        ("item", "amount"),
        ("orders", "total"),
        ("item", "share"),
        ("customer", "spent"),
        ("customer", "rank"),
        ("orders", "standing"),
    }
    order = [place[1] for place in found]
    chain = ["amount", "total", "spent", "rank", "standing"]
    assert [name for name in order if name in chain] == chain


@pytest.mark.parametrize(
    ("field", "way"),
    [
        ("level: {type: formula, returns: decimal, formula: 'rank + 1'}", "rank → level → rank"),
        (
            "level: {type: formula, returns: decimal, formula: 'sum(orders.customer, standing)'}",
            "rank → level → orders.standing → rank",
        ),
    ],
)
def test_a_circle_across_records_is_refused_by_name(
    write_pack: Write, field: str, way: str
) -> None:
    text = SHOP.replace("level: {type: integer}", field).replace(", default: customer.level", "")
    problems = problems_of(write_pack(text))
    circles = [each.found for each in problems if each.code == "circle"]
    assert len(circles) == 1
    names = way.split(" → ")[:-1]
    assert sorted(circles[0].split(" → ")[:-1], key=str.lower) == sorted(names, key=str.lower)


def test_mirrors_that_show_each_other_are_a_circle(write_pack: Write) -> None:
    text = """\
kind: entity
name: left
fields:
  other: {type: link, to: right}
  seen: {type: mirror, path: other.seen}
---
kind: entity
name: right
fields:
  other: {type: link, to: left}
  seen: {type: mirror, path: other.seen}
  more: {type: formula, formula: "seen + 1"}
"""
    found = [(each.code, each.found) for each in problems_of(write_pack(text))]
    assert ("circle", "seen → right.seen → seen") in found


def test_5000_random_graphs_have_each_circle_named_and_no_other() -> None:
    random = Random(2026)
    for _ in range(5_000):
        places = [("e", f"f{number}") for number in range(random.randrange(1, 12))]
        needs = {
            place: tuple(random.sample(places, random.randrange(min(4, len(places) + 1))))
            for place in places
        }
        circles = list(find_circles(needs))
        for circle in circles:
            following = (*circle[1:], circle[0])
            assert all(after in needs[each] for each, after in zip(circle, following, strict=True))
        assert bool(circles) == _has_circle(needs)
        broken = {circle[-1] for circle in circles}
        kept = {
            place: tuple(
                each
                for each in needs[place]
                if not any(circle[-1] == place and circle[0] == each for circle in circles)
            )
            for place in places
        }
        # Without the steps that close the named circles there is none left.
        assert not broken or not _has_circle(kept)


def _has_circle(needs: Mapping[Place, Sequence[Place]]) -> bool:
    left = dict(needs)
    while left:
        free = [place for place, wanted in left.items() if not any(each in left for each in wanted)]
        if not free:
            return True
        for place in free:
            del left[place]
    return False
