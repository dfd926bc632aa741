"""Definitions against field types: what is wrong, where it stands, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.checking import check_definitions
from cardwright_entities.model.model import Model
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.checking import check
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_metadata.problems import Finding, Problem

ROOT = Path(__file__).parents[3]
PACKS = ROOT / "tests" / "packs"
TYPES = FieldTypes(BUILTIN_FIELD_TYPES)
BUNDLED = [Path(str(folder)) for folder in bundled_packs().values()]
PACK = "kind: pack\nname: trial\nlabel: 试\nlanguage: 1\n"

Write = Callable[[str], Path]


@pytest.fixture
def write_pack(tmp_path: Path) -> Write:
    """Write a pack of one entity 'thing' with these fields and what follows them."""

    def write(text: str) -> Path:
        (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
        head = "kind: entity\nname: thing\nlabel: 物\nfields:\n"
        (tmp_path / "thing.yaml").write_text(head + text, "utf-8")
        return tmp_path

    return write


def examine(catalog: Catalog) -> list[Finding]:
    return check_definitions(catalog, TYPES, lambda message: f"({message.code})")


def problems_of(*folders: Path) -> tuple[Problem, ...]:
    return check(folders, TYPES, examine)[1]


def codes_of(folder: Path) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in problems_of(folder)]


def test_every_mistake_is_told_at_its_character() -> None:
    found = []
    for each in problems_of(PACKS / "wrong_types"):
        assert each.place is not None
        place = f"{Path(each.place.file).name}:{each.place.line}:{each.place.column}"
        found.append(f"{place} {each.code} {each.path}: {each.message}")
    assert found == (PACKS / "wrong_types" / "expected.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    "folders",
    [
        BUNDLED,
        [ROOT / "examples" / "northwind" / "pack"],
        [PACKS / "first_light"],
        [PACKS / "workshop"],
        [PACKS / "crew"],
    ],
)
def test_good_packs_have_no_problems(folders: list[Path]) -> None:
    assert problems_of(*folders) == ()


def test_a_mistake_of_a_trait_is_told_once_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    trait = "kind: trait\nname: aged\nfields:\n  age: {type: integer, default: \"'old'\"}\n"
    entities = "".join(
        f"---\nkind: entity\nname: {name}\nuse: [aged]\nfields: {{name: {{type: text}}}}\n"
        for name in ("house", "tree")
    )
    (tmp_path / "all.yaml").write_text(trait + entities, "utf-8")
    (problem,) = problems_of(tmp_path)
    assert problem.place is not None
    assert (problem.place.line, problem.code) == (4, "bad_literal")


def test_a_mistake_of_a_named_suggestion_is_told_where_it_stands(write_pack: Write) -> None:
    text = """\
  height: {type: decimal}
  other:
    type: decimal
    suggest:
      half: {label: 半, value: "height / 'two'"}
      last: {label: 上, find: thing, where: "height = 'tall'", take: height}
"""
    found = {(each.place and each.place.line, each.code) for each in problems_of(write_pack(text))}
    assert found == {(9, "bad_literal"), (10, "bad_literal")}


def test_links_to_several_entities_are_narrowed_by_what_one_of_them_has(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    text = """\
kind: entity
name: house
fields: {floors: {type: integer}}
---
kind: entity
name: boat
fields: {length: {type: decimal}}
---
kind: entity
name: visit
fields: {place: {type: link_any, to: [house, boat], where: "WHERE"}}
"""
    file = tmp_path / "all.yaml"
    file.write_text(text.replace("WHERE", "floors > 2"), "utf-8")
    assert problems_of(tmp_path) == ()
    file.write_text(text.replace("WHERE", "floors > length"), "utf-8")
    (problem,) = {each.code for each in problems_of(tmp_path)}
    assert problem == "unknown_name"


@pytest.mark.parametrize(
    ("formula", "stored", "code"),
    [
        ("lines_count + 1", True, ""),
        ("age + 1", True, "not_stored"),
        ("parent.height", True, "not_stored"),
        ("mirrored", True, "not_stored"),
        ("$setting.trial.factor * height", True, "not_stored"),
        ("$setting.trial.factor * height", False, ""),
        ("age + parent.age", False, ""),
    ],
)
def test_a_stored_formula_reads_what_is_saved_with_it(
    write_pack: Write, formula: str, stored: bool, code: str
) -> None:
    text = f"""\
  height:      {{type: decimal}}
  parent:      {{type: parent}}
  born:        {{type: date}}
  age:         {{type: formula, returns: integer, formula: "today() - born"}}
  mirrored:    {{type: mirror, path: parent.height}}
  lines_count: {{type: formula, returns: integer, formula: "count(parts)"}}
  parts:       {{type: lines, of: part}}
  tried:
    type: formula
    returns: decimal
    stored: {str(stored).lower()}
    formula: "{formula}"
---
kind: entity
name: part
owner: thing
fields: {{name: {{type: text}}}}
---
kind: setting
name: trial.factor
type: decimal
default: 1.5
"""
    expected = [("fields.tried.formula", code)] if code else []
    assert codes_of(write_pack(text)) == expected


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("  a: {type: formula, returns: decimal, formula: a + 1}\n", "a → a"),
        ("  a: {type: decimal, default: b}\n  b: {type: decimal, default: a}\n", "a → b → a"),
        (
            "  up: {type: parent}\n"
            "  level: {type: formula, returns: decimal, formula: up.level + 1}\n",
            "level → level",
        ),
        (
            "  rows: {type: lines, of: row}\n"
            "  total: {type: formula, returns: decimal, formula: 'sum(rows, share)'}\n"
            "---\nkind: entity\nname: row\nowner: thing\nfields:\n"
            "  share: {type: formula, returns: decimal, formula: $head.total / 2}\n",
            "total → row.share → total",
        ),
    ],
)
def test_a_value_that_needs_itself_is_refused_with_its_way(
    write_pack: Write, text: str, way: str
) -> None:
    (problem,) = problems_of(write_pack(text))
    assert (problem.code, problem.found) == ("circle", way)


def test_a_default_may_read_what_another_record_has_by_default(write_pack: Write) -> None:
    text = "  up: {type: parent}\n  rate: {type: decimal, default: 'coalesce(up.rate, 1)'}\n"
    assert codes_of(write_pack(text)) == []


def test_a_formula_without_returns_is_what_it_computes(write_pack: Write) -> None:
    text = """\
  born:   {type: date}
  price:  {type: money}
  parent: {type: parent}
  next:   {type: formula, formula: "add_years(born, 1)"}
  double: {type: formula, formula: "price * 2"}
  half:   {type: formula, formula: "double / 4"}
  dear:   {type: formula, formula: "half > 3"}
  word:   {type: formula, formula: "concat('x', price)"}
  count:  {type: formula, formula: "count(thing)"}
  above:  {type: mirror, path: parent.next}
"""
    catalog, problems = check([write_pack(text)], TYPES, examine)
    assert problems == ()
    assert catalog is not None
    fields = Model(catalog, TYPES, "sqlite").entity("thing").fields
    kinds = {name: field.value_type.kind for name, field in fields.items()}
    names = ("next", "double", "half", "dear", "word", "count", "above")
    assert [kinds[name] for name in names] == [
        "date", "decimal", "decimal", "boolean", "text", "decimal", "date",
    ]  # fmt: skip
    assert fields["double"].type.numeric
    assert fields["next"].type.cell == fields["above"].type.cell == "date"
    assert fields["count"].value_type.scale == 0


def test_wrong_options_hide_no_other_problem(write_pack: Write) -> None:
    text = """\
  code:  {type: code, pattern: "(", default: 3}
  other: {type: integer, min: 4, max: 2, required: code}
"""
    assert codes_of(write_pack(text)) == [
        ("fields.code.type", "bad_pattern"),
        ("fields.code.default", "wrong_type"),
        ("fields.other.type", "min_above_max"),
        ("fields.other.required", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("definition", "code", "found"),
    [
        ("key: {type: secret, default: \"'x'\"}", "secret_says_too_much", "key"),
        ("key: {type: secret, unique: true}", "secret_says_too_much", "key"),
        ("key: {type: secret}\n  copy: {type: formula, formula: key}", "unknown_name", "key"),
        ("key: {type: secret}\n  up: {type: link, to: safe}\n  seen: {type: mirror, path: up.key}",
         "secret_seen", "seen"),
    ],
)  # fmt: skip
def test_a_secret_is_kept_from_whatever_would_tell_of_it(
    tmp_path: Path, definition: str, code: str, found: str
) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    entity = f"kind: entity\nname: safe\nfields:\n  name: {{type: text}}\n  {definition}\n"
    (tmp_path / "all.yaml").write_text(entity, "utf-8")
    problems = {(each.code, each.found): each.place for each in problems_of(tmp_path)}
    assert problems.get((code, found)) is not None
