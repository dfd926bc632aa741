"""A document against its schema: each mistake with its place and what to write instead."""

from __future__ import annotations

import pytest

from cardwright_metadata.problems import Problem
from cardwright_metadata.shapes import check_document
from cardwright_metadata.yaml_files import read_yaml


def check(text: str, kind: str = "entity") -> list[Problem]:
    (document,), problems = read_yaml(text.encode(), "file.yaml")
    assert not problems
    return check_document(document.content, kind)


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("lable: x", "unknown_key", 1),
        ("family: papers", "unknown_word", 9),
        ("label: 12", "not_text", 8),
        ("label: {chinese: x}", "bad_name", 9),
        ("title: Name", "bad_spelling", 8),
        ("use: [a, a]", "duplicate_item", 6),
        ("fields: [a, b]", "wrong_type", 9),
        ("fields: {a: {type: text, required: 1}}", "wrong_type", 36),
        ("fields: {a: {type: text, label: {zh: 1}}}", "not_text", 38),
        ("search: {name: 0}", "out_of_range", 16),
        ("period: {from: a}", "missing_key", 1),
        ("queries: {a: {sort: ['a b']}}", "bad_spelling", 22),
    ],
)
def test_a_mistake_is_found_where_it_stands(line: str, code: str, column: int) -> None:
    (problem,) = check(f"kind: entity\nname: thing\n{line}\n")
    assert problem.place is not None
    assert (problem.code, problem.place.line, problem.place.column) == (code, 3, column)


@pytest.mark.parametrize(
    ("line", "kind", "code", "column"),
    [
        ("to: Mr X", "mail", "bad_spelling", 5),
        ("allow: forget", "approval", "unknown_word", 8),
        ("trigger: {fields: a b}", "rule", "bad_spelling", 19),
        ("offer: pushed", "conversion", "unknown_word", 8),
        ("rows: a b", "report", "bad_spelling", 7),
    ],
)
def test_one_value_is_held_to_what_a_list_of_one_is(
    line: str, kind: str, code: str, column: int
) -> None:
    key, _, value = line.partition(": ")
    for text in (line, f"{key}: [{value}]" if not value.startswith("{") else line):
        found = [each for each in check(f"kind: {kind}\nname: one\n{text}\n", kind) if each.place]
        wrong = {(each.code, each.place.line) for each in found if each.code == code and each.place}
        assert wrong == {(code, 3)}, text
    at = [each.place for each in check(f"kind: {kind}\nname: one\n{line}\n", kind)]
    assert column in [each.column for each in at if each is not None]


def test_all_mistakes_come_at_once() -> None:
    found = check("kind: entity\nname: Thing\nlabel: 1\ncolour: red\nicon: A B\n")
    assert sorted(each.code for each in found) == [
        "bad_spelling", "bad_spelling", "not_text", "unknown_key",
    ]  # fmt: skip


def test_a_near_word_is_offered() -> None:
    (problem,) = check("kind: entity\nname: thing\nfield: {}\n")
    assert problem.nearest == "fields"


def test_a_version_without_quotes_shows_the_quoted_form() -> None:
    (problem,) = check("kind: pack\nname: p\nversion: 1.10\n", "pack")
    assert "'1.10'" in problem.message


def test_a_key_that_belongs_to_a_later_language_is_named() -> None:
    (problem,) = check("kind: entity\nname: thing\nportal: 'stage = 1'\n")
    assert (problem.code, problem.found) == ("unknown_key", "portal")


def test_a_long_list_of_maps_where_names_stand_is_refused_at_once() -> None:
    found = check(f"kind: entity\nname: thing\nuse: [{'{}, ' * 20_000}{{}}]\n")
    assert {each.code for each in found} == {"wrong_type"}
    assert len(found) == 100


def test_a_thousand_unknown_keys_are_reported_up_to_a_hundred() -> None:
    keys = "".join(f"key{number}: x\n" for number in range(1_000))
    found = check(f"kind: entity\nname: thing\n{keys}")
    assert [each.code for each in found] == ["unknown_key"] * 100


def test_a_very_long_word_is_shown_cut() -> None:
    (problem,) = check(f"kind: entity\nname: thing\n{'x' * 900}: 1\n")
    assert len(problem.message) < 120
    assert problem.nearest == ""
