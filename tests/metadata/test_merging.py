"""Packs laid over each other: traits, extensions, translations, order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

Write = Callable[..., Pack]
Build = Callable[..., Catalog]

THING = """\
kind: entity
name: thing
label: {zh: 东西, en: Thing}
fields:
  name: {type: text, label: {zh: 名称, en: Name}}
  code: {type: code}
list:
  columns: [name, code]
card:
  tabs:
    main: {sections: {head: {fields: [name, code]}}}
"""


@pytest.fixture
def build(write_pack: Write, types: TypeCatalogue) -> Build:
    def build_one(*texts: str) -> Catalog:
        packs = [
            write_pack(text, pack=f"kind: pack\nname: p{index}\n{_requires(index)}")
            for index, text in enumerate(texts)
        ]
        # Given in the wrong order, so that 'requires' decides.
        return build_catalog(packs[::-1], types)

    return build_one


@pytest.fixture
def problems_of(build: Build) -> Callable[..., tuple[Problem, ...]]:
    def problems(*texts: str) -> tuple[Problem, ...]:
        with pytest.raises(MetadataError) as raised:
            build(*texts)
        return raised.value.problems

    return problems


def _requires(index: int) -> str:
    return f"requires: [{', '.join(f'p{each}' for each in range(index))}]\n"


def own_fields(entity: EntityDefinition) -> list[str]:
    return [name for name, field in entity.fields.items() if not field.system]


def test_a_trait_gives_its_fields_behind_the_own_ones(build: Build) -> None:
    catalog = build(
        "kind: trait\nname: p0.person\nfields:\n  phone: {type: phone}\n  name: {type: code}\n"
        "checks: {known: {if: 'phone is empty', message: 缺电话}}\n---\n"
        + THING.replace("\nfields:", "\nuse: [p0.person]\nfields:")
    )
    thing = catalog.entity("thing")
    assert own_fields(thing) == ["name", "code", "phone", "active"]
    assert thing.fields["name"].type == "text"
    assert list(thing.checks) == ["known"]
    assert thing.traits == ("p0.person",)


def test_a_trait_gives_equations_deadlines_and_what_comes_again(build: Build) -> None:
    catalog = build(
        "kind: trait\nname: timed\nfields: {net: {type: decimal}, gross: {type: decimal}}\n"
        "solve: {double: {gross: net * 2, net: gross / 2}}\n"
        "deadlines: {answer: {from: created_at, within: 8 hours, until: 'net > 0'}}\n"
        "recurrence: {visit: {every: {months: 3}, between: day, day: day, create: {thing: {}}}}\n"
        "---\n"
        + THING.replace(
            "\nfields:",
            "\nuse: [timed]\nfields:\n  day: {type: date}",
        )
    )
    thing = catalog.entity("thing")
    assert [list(thing.solve), list(thing.deadlines), list(thing.recurrences)] == [
        ["double"],
        ["answer"],
        ["visit"],
    ]
    assert {"answer_due", "answer_state", "visit_next"} <= set(thing.fields)


def test_an_extension_adds_to_the_traits_and_takes_one_away(build: Build) -> None:
    traits = "".join(
        f"kind: trait\nname: t{each}\nfields: {{f{each}: {{type: text}}}}\n---\n"
        for each in range(3)
    )
    thing = build(
        traits + THING.replace("\nfields:", "\nuse: [t0, t1]\nfields:"),
        "kind: entity\nextend: thing\nuse: [t2]\n",
        "kind: entity\nextend: thing\nuse: {t0: null}\n",
    ).entity("thing")
    assert thing.traits == ("p0.t1", "p0.t2", "t1", "t2")
    assert own_fields(thing) == ["name", "code", "f1", "f2", "active"]


def test_a_trait_may_be_named_with_or_without_its_pack(build: Build) -> None:
    trait = "kind: trait\nname: dated\nfields: {day: {type: date}}\n---\n"
    for name in ("dated", "p0.dated"):
        thing = build(trait + THING.replace("\nfields:", f"\nuse: [{name}]\nfields:")).entity(
            "thing"
        )
        assert "day" in thing.fields


def test_links_to_a_trait_point_to_all_that_have_it(build: Build) -> None:
    catalog = build(
        "kind: trait\nname: party\nfields: {phone: {type: phone}}\n---\n"
        "kind: entity\nname: firm\nuse: [party]\nfields: {name: {type: text}}\n---\n"
        "kind: entity\nname: person\nuse: [party]\nfields: {name: {type: text}}\n---\n"
        "kind: entity\nname: call\nfields: {who: {type: link_any, to: 'trait:party'}}\n"
    )
    assert catalog.targets("call", "who") == ("firm", "person")
    assert catalog.links_to("person") == (("call", "who"),)


def test_an_extension_adds_sets_and_takes_away(build: Build) -> None:
    catalog = build(
        THING,
        """\
kind: entity
extend: thing
label: {en: Object}
fields:
  colour: {type: text, after: name}
  code:   {required: true, label: 编码}
list:
  columns: {colour: {before: code}, name: null}
card: {tabs: {more: {sections: {all: {fields: [colour]}}}}}
""",
    )
    thing = catalog.entity("thing")
    assert dict(thing.label.words) == {"zh": "东西", "en": "Object"}
    assert own_fields(thing) == ["name", "colour", "code", "active"]
    assert thing.fields["code"].required is True
    assert thing.fields["colour"].pack == "p1"
    assert [each.path for each in thing.list.columns] == ["colour", "code"]
    assert [tab.name for tab in thing.card.tabs] == ["main", "more", "files", "history"]


def test_a_field_taken_away_is_retired_and_kept(build: Build) -> None:
    thing = build(THING, "kind: entity\nextend: thing\nfields: {code: null}\n").entity("thing")
    assert thing.fields["code"].retired


def test_extending_needs_the_pack_among_the_required(
    write_pack: Write, types: TypeCatalogue
) -> None:
    first = write_pack(THING, pack="kind: pack\nname: first\n")
    second = write_pack(
        "kind: entity\nextend: thing\nlabel: x\n", pack="kind: pack\nname: second\n"
    )
    with pytest.raises(MetadataError) as raised:
        build_catalog([first, second], types)
    assert [each.code for each in raised.value.problems] == ["pack_not_required"]


def test_a_missing_pack_is_named(problems_of: Any, write_pack: Write, types: TypeCatalogue) -> None:
    pack = write_pack("", pack="kind: pack\nname: a\nrequires: [b]\n")
    with pytest.raises(MetadataError) as raised:
        build_catalog([pack], types)
    (problem,) = raised.value.problems
    assert (problem.code, problem.found) == ("missing_pack", "b")


def test_packs_that_require_each_other_are_refused(write_pack: Write, types: TypeCatalogue) -> None:
    packs = [
        write_pack("", pack="kind: pack\nname: a\nrequires: [b]\n"),
        write_pack("", pack="kind: pack\nname: b\nrequires: [a]\n"),
    ]
    with pytest.raises(MetadataError) as raised:
        build_catalog(packs, types)
    assert "a → b → a" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ("kind: entity\nextend: thnig\nlabel: x\n", "unknown_entity", "thing"),
        (THING, "duplicate_name", ""),
        ("kind: entity\nname: b\nuse: [persn]\nfields: {a: {type: text}}\n", "unknown_trait", ""),
        (
            "kind: entity\nname: b\nfeatures: {comment: false}\nfields: {a: {type: text}}\n",
            "unknown_feature",
            "comments",
        ),
        (
            "kind: entity\nname: b\nfields: {a: {type: text, after: c}}\n",
            "unknown_neighbour",
            "",
        ),
        ("kind: entity\nextend: thing\nunique: {x: {nulls: equal}}\n", "missing_key", ""),
        (
            "kind: translation\nname: t\nlanguage: en\ntexts: {entity/thnig: {label: x}}\n",
            "unknown_definition",
            "entity/thing",
        ),
        (
            "kind: translation\nname: t\nlanguage: en\ntexts: {entity/thing: {labl: x}}\n",
            "unknown_text",
            "label",
        ),
    ],
)
def test_what_names_nothing_is_a_problem(
    problems_of: Callable[..., tuple[Problem, ...]], text: str, code: str, nearest: str
) -> None:
    (problem,) = problems_of(THING, text)
    assert (problem.code, problem.nearest) == (code, nearest)
    assert problem.place is not None


def test_a_translation_adds_words_of_a_language(build: Build) -> None:
    thing = build(
        THING,
        """\
kind: translation
name: german
language: de
texts:
  entity/thing:
    label: Ding
    fields.name.label: Name
    fields: {code: {label: Kürzel}}
""",
    ).entity("thing")
    assert dict(thing.label.words) == {"zh": "东西", "en": "Thing", "de": "Ding"}
    assert dict(thing.fields["name"].label.words)["de"] == "Name"
    assert dict(thing.fields["code"].label.words) == {"de": "Kürzel"}


def test_features_are_on_until_switched_off(build: Build) -> None:
    text = THING.replace("\nfields:", "\nfeatures: {files: false, active: false}\nfields:")
    thing = build(text).entity("thing")
    assert "history" in thing.features
    assert "files" not in thing.features
    assert "active" not in thing.fields
    assert [tab.name for tab in thing.card.tabs] == ["main", "history"]


def test_documents_are_not_switched_on_and_off(build: Build) -> None:
    thing = build(THING.replace("\nfields:", "\nfamily: document\nfields:")).entity("thing")
    assert "active" not in thing.fields


def test_order_after_and_before_decide(build: Build) -> None:
    text = """\
kind: entity
name: thing
fields:
  a: {type: text}
  b: {type: text, before: a}
  c: {type: text, order: 1}
  d: {type: text, after: b}
features: {active: false}
"""
    assert own_fields(build(text).entity("thing")) == ["c", "b", "d", "a"]


def test_lines_know_their_head_without_being_told(build: Build) -> None:
    catalog = build(
        "kind: entity\nname: order\nfields: {items: {type: lines, of: item}}\n---\n"
        "kind: entity\nname: item\nfields: {what: {type: text}}\n"
    )
    item = catalog.entity("item")
    assert (item.owner, item.owner_field) == ("order", "items")
    assert [name for name, field in item.fields.items() if field.system] == [
        "id", "version", "head", "position", "created_at", "created_by", "changed_at",
        "changed_by", "deleted_at",
    ]  # fmt: skip


def test_lines_of_two_heads_must_say_which_owns_them(
    problems_of: Callable[..., tuple[Problem, ...]],
) -> None:
    found = problems_of(
        "kind: entity\nname: order\nfields: {items: {type: lines, of: item}}\n---\n"
        "kind: entity\nname: offer\nfields: {items: {type: lines, of: item}}\n---\n"
        "kind: entity\nname: item\nfields: {what: {type: text}}\n"
    )
    assert [each.code for each in found] == ["ambiguous_owner"]
