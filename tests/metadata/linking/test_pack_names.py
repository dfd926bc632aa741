"""What packs say about themselves: prefix, locks, versions of those they need."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.pack_versions import will_do
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

BASE = """\
kind: pack
name: shop
version: "1.4"
locked: {entity/firm: [fields.name.type, title], picklist/level: "*"}
"""
THINGS = """\
kind: entity
name: firm
title: name
fields: {name: {type: text, help: Name}, size: {type: integer}}
---
kind: picklist
name: level
choices: {gold: Gold}
"""
Build = Callable[[str, str], tuple[Problem, ...]]


@pytest.fixture
def problems_of(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Build:
    """Lay a pack over the shop; return what is wrong."""

    def problems(pack: str, text: str) -> tuple[Problem, ...]:
        try:
            build_catalog([write_pack(THINGS, pack=BASE), write_pack(text, pack=pack)], types)
        except MetadataError as error:
            return error.problems
        return ()

    return problems


SITE = "kind: pack\nname: x_site\nprefix: x\nrequires: [shop]\n"


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("kind: entity\nname: thing\nfields: {a: {type: text}}", "wrong_prefix", "name"),
        ("kind: entity\nextend: firm\nfields: {more: {type: text}}", "wrong_prefix", "fields.more"),
        ("kind: picklist\nname: y_kind\nchoices: [a]", "wrong_prefix", "name"),
        ("kind: entity\nextend: firm\ntitle: size", "locked_property", "title"),
        ("kind: entity\nextend: firm\nfields: {name: {type: code}}", "locked_property",
         "fields.name.type"),
        ("kind: entity\nextend: firm\nfields: {name: null}", "locked_property", "fields.name"),
        ("kind: picklist\nextend: level\nchoices: {gold: Best}", "locked_property",
         "choices.gold.label.zh"),
    ],
)  # fmt: skip
def test_prefix_and_locks_are_held_with_their_places(
    problems_of: Build, text: str, code: str, path: str
) -> None:
    (problem,) = problems_of(SITE, text)
    assert (problem.code, problem.path) == (code, path)
    assert problem.place is not None


def test_what_is_not_locked_may_be_changed(problems_of: Build) -> None:
    text = (
        "kind: entity\nextend: firm\nlabel: Company\n"
        "fields: {name: {help: Its name}, size: null, x_more: {type: text}}\n"
    )
    assert problems_of(SITE, text) == ()


def test_a_lock_names_a_definition_of_its_own(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    pack = write_pack(THINGS, pack=BASE.replace("entity/firm", "entity/frim"))
    with pytest.raises(MetadataError) as raised:
        build_catalog([pack], types)
    (problem,) = raised.value.problems
    assert (problem.code, problem.nearest) == ("unknown_definition", "entity/firm")


@pytest.mark.parametrize(
    ("wish", "good"),
    [
        ("1.4", True),
        ("1", True),
        ("1.5", False),
        (">=1.2 <2", True),
        ("<1.4", False),
        ("=1.4", True),
    ],
)
def test_a_pack_may_need_a_version(problems_of: Build, wish: str, good: bool) -> None:
    assert will_do("1.4", wish) is good
    found = problems_of(f'kind: pack\nname: other\nrequires: {{shop: "{wish}"}}\n', "")
    assert [each.code for each in found] == ([] if good else ["other_version"])
    assert all(each.place is not None and each.place.line == 3 for each in found)
