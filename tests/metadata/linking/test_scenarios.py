"""Scenarios: their names are checked before they run, their definition is what was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.definitions.scenarios import ActingDefinition, RefusalDefinition
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

THINGS = """\
kind: entity
name: firm
fields:
  name:  {type: text}
  size:  {type: integer}
  boss:  {type: link, to: firm}
  stage: {type: stage, stages: life}
  rooms: {type: lines, of: room}
---
kind: entity
name: room
fields: {door: {type: text}}
---
{kind: stages, name: life, states: {new: 新, old: 旧}, moves: {age: {from: new, to: old}}}
---
{kind: rule, name: greet, of: firm, trigger: {button: card}, do: {stop: {stop: true}}}
---
kind: role
name: seller
---
kind: setting
name: shop.open
type: boolean
---
kind: scenario
name: trial
"""
GOOD = """\
as: seller
settings: {shop.open: true}
given:
  first: {create: firm, values: {name: First}}
steps:
  second:
    as: {role: [seller, admin], employee: $first}
    create: firm
    values: {name: Second, boss: $first}
    expect: {boss.name: First, size: null}
    holds: size is empty
  third: {update: $second, values: {name: Third}, refused: required}
  some:  {count: firm, where: "size > 1", match: {boss: $first}, is: 0}
  away:  {delete: $second}
"""

Problems = Callable[[str], tuple[Problem, ...]]


@pytest.fixture
def problems_of(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Problems:
    def problems(steps: str) -> tuple[Problem, ...]:
        try:
            build_catalog([write_pack(THINGS + steps)], types)
        except MetadataError as error:
            return error.problems
        return ()

    return problems


def test_a_scenario_is_read_as_it_was_written(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    catalog = build_catalog([write_pack(THINGS + GOOD)], types)
    (found,) = catalog.scenarios.values()
    assert Catalog.from_parts(catalog.to_parts()).scenarios["trial"] == found
    assert (found.pack, found.acting.roles, found.settings) == (
        "trial", ("seller",), {"shop.open": True},
    )  # fmt: skip
    assert [each.name for each in found.given] == ["first"]
    second, third, some, away = found.steps
    assert (second.verb, second.word, second.holds) == ("create", "firm", ("size is empty",))
    assert second.acting == ActingDefinition(roles=("seller", "admin"), employee="$first")
    assert second.expect == {"boss.name": "First", "size": None}
    assert third.refused == RefusalDefinition(code="required")
    assert (some.amount, some.where, some.match) == (0, "size > 1", {"boss": "$first"})
    assert (away.verb, away.word) == ("delete", "$second")


@pytest.mark.parametrize(
    ("steps", "code", "path", "near"),
    [
        ("steps: {a: {create: frim}}", "unknown_entity", "steps.a.create", "firm"),
        ("steps: {a: {create: firm, values: {nmae: A}}}", "unknown_field", "steps.a.values.nmae",
         "name"),
        ("steps: {a: {update: $b}}", "unknown_step", "steps.a.update", ""),
        ("given: {one: {create: firm}}\nsteps: {a: {update: $onee}}", "unknown_step",
         "steps.a.update", "$one"),
        ("steps: {a: {create: firm, values: {boss: $b}}}", "unknown_step", "steps.a.values.boss",
         ""),
        ("steps: {a: {create: firm, delete: $a}}", "one_verb", "steps.a", ""),
        ("steps: {a: {values: {name: A}}}", "one_verb", "steps.a", ""),
        ("steps: {a: {create: firm, where: 'size > 1'}}", "key_of_other_verb", "steps.a.where", ""),
        ("steps: {a: {count: firm}}", "missing_key", "steps.a.count", ""),
        ("steps: {a: {count: firm, is: 1, where: 'siez > 1'}}", "unknown_field", "steps.a.where",
         "size"),
        ("steps: {a: {create: firm, holds: 'siez > 1'}}", "unknown_field", "steps.a.holds.0",
         "size"),
        ("as: seler\nsteps: {a: {create: firm}}", "unknown_role", "as.role.0", "seller"),
        ("settings: {shop.opne: true}\nsteps: {a: {create: firm}}", "unknown_setting",
         'settings."shop.opne"', "shop.open"),
        ("steps: {a: {create: firm, offers: [aeg]}}", "unknown_action", "steps.a.offers.0", "age"),
        ("steps: {a: {create: firm}, b: {perform: rule.gret, record: $a}}", "unknown_action",
         "steps.b.perform", "rule.greet"),
        ("steps: {a: {create: firm}, b: {perform: age, record: $a}, c: {perform: ag, record: $b}}",
         "unknown_action", "steps.c.perform", "age"),
        ("steps: {a: {create: firm, hides: [siez]}}", "unknown_field", "steps.a.hides.0", "size"),
        ("steps: {a: {create: firm, runs: {gret: 1}}}", "unknown_rule", "steps.a.runs.gret",
         "greet"),
        ("steps: {a: {create: firm, tells: [$b]}}", "unknown_step", "steps.a.tells.0", ""),
        ("steps: {a: {create: firm, values: {rooms: [{doro: 1}]}}}", "unknown_field",
         "steps.a.values.rooms.0.doro", "door"),
        ("steps: {a: {create: firm, expect: {rooms.0.doro: 1}}}", "unknown_field",
         'steps.a.expect."rooms.0.doro"', "door"),
        ("steps: {a: {create: firm, expect: {boss.nmae: x}}}", "unknown_field",
         'steps.a.expect."boss.nmae"', "name"),
        ("today: tomorrow\nsteps: {a: {create: firm}}", "bad_spelling", "today", ""),
    ],
)  # fmt: skip
def test_what_a_scenario_names_in_vain_is_told_with_its_place(
    problems_of: Problems, steps: str, code: str, path: str, near: str
) -> None:
    (problem,) = problems_of(steps + "\n")
    assert (problem.code, problem.path, problem.nearest) == (code, path, near)
    assert problem.place is not None
    assert problem.place.line > 11


def test_a_good_scenario_has_no_problems(problems_of: Problems) -> None:
    assert problems_of(GOOD) == ()


def test_a_record_is_written_with_a_dollar(problems_of: Problems) -> None:
    found = {each.code: each.path for each in problems_of("steps: {a: {update: b}}\n")}
    assert found["bad_spelling"] == "steps.a.update"
