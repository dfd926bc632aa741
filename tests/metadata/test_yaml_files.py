"""Definition files are read as written, and what others would misread is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright_metadata.problems import Problem
from cardwright_metadata.yaml_files import MAX_BYTES, MAX_PROBLEMS, read_yaml


def read(text: str | bytes) -> tuple[list[Any], list[Problem]]:
    source = text.encode("utf-8") if isinstance(text, str) else text
    documents, problems = read_yaml(source, "file.yaml")
    return [each.content for each in documents], problems


def codes(text: str | bytes) -> list[str]:
    return [each.code for each in read(text)[1]]


def test_plain_scalars_are_text_but_for_a_few() -> None:
    (content,), problems = read(
        "a: true\nb: false\nc: null\nd:\ne: 12\nf: -3\ng: 1.50\nh: word\ni: 2024-01-31\nj: 1.2.3\n"
    )
    assert not problems
    assert content == {
        "a": True,
        "b": False,
        "c": None,
        "d": None,
        "e": 12,
        "f": -3,
        "g": Decimal("1.50"),
        "h": "word",
        "i": "2024-01-31",
        "j": "1.2.3",
    }
    assert isinstance(content["g"], Decimal)


@pytest.mark.parametrize(
    "written",
    [
        "yes", "No", "on", "OFF", "True", "TRUE", "~", "Null", "012", "0x1F", "0o17", "0b1", "+12",
        "1_000", "12:30", "1e5", ".5", "5.", ".inf", ".NaN", "1234567890123456789",
    ],
)  # fmt: skip
def test_what_other_programs_read_otherwise_must_be_quoted(written: str) -> None:
    (content,), (problem,) = read(f"key: {written}\n")
    assert content == {"key": written}
    assert problem.code == "ambiguous_scalar"
    assert f"'{written}'" in problem.message
    assert read(f"key: '{written}'\n") == ([{"key": written}], [])


def test_places_count_from_one_and_point_at_the_value() -> None:
    documents, _ = read_yaml(b"a:\n  b: 'x'\n---\nc: [1, 2]\n", "file.yaml")
    first, second = (each.content for each in documents)
    assert str(first["a"].values_at["b"].place) == "file.yaml:2:6"
    assert str(first["a"].keys_at["b"]) == "file.yaml:2:3"
    assert str(second["c"].items_at[1].place) == "file.yaml:4:8"


def test_an_alias_bomb_is_refused_without_being_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 9):
        inner = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} [{inner}]")
    (content,), problems = read("\n".join(lines) + "\n")
    assert {each.code for each in problems} == {"alias", "anchor"}
    assert len(str(content)) < 10_000


def test_a_duplicate_key_is_refused_at_the_second_one() -> None:
    (content,), (problem,) = read("a: 1\nb: 2\na: 3\n")
    assert content == {"a": 1, "b": 2}
    assert (problem.code, str(problem.place)) == ("duplicate_key", "file.yaml:3:1")


def test_tags_are_refused() -> None:
    assert codes("a: !!python/object/apply:os.system ['true']\n") == ["tag"]
    assert codes("a: !!int '3'\n") == ["tag"]


@pytest.mark.parametrize("key", ["110000", "true", "null", "1.5", "on", "012"])
def test_a_key_that_is_no_text_must_be_quoted(key: str) -> None:
    (content,), (problem,) = read(f"{key}: x\n")
    assert problem.code == "key_not_text"
    assert f"'{key}'" in problem.message
    assert content == {key: "x"}


def test_a_list_as_key_is_refused() -> None:
    assert codes("? [a, b]\n: 1\n") == ["key_not_text"]


def test_merge_keys_are_ordinary_unknown_keys() -> None:
    (content,), problems = read("<<: {a: 1}\n")
    assert not problems
    assert content == {"<<": {"a": 1}}


def test_a_file_of_two_megabytes_is_refused_before_it_is_parsed() -> None:
    documents, (problem,) = read(b"a: b\n" * 400_000)
    assert not documents
    assert problem.code == "file_too_large"
    assert f"{MAX_BYTES:,}" in problem.expected


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_five_thousand_levels_are_refused_in_words(opening: str) -> None:
    documents, problems = read(opening * 5_000)
    assert not documents
    assert [each.code for each in problems][-1] in ("too_deep", "yaml_syntax")
    assert problems[-1].place is not None


def test_thirty_two_levels_are_read() -> None:
    assert not codes("a: " + "[" * 31 + "]" * 31 + "\n")
    assert codes("a: " + "[" * 32 + "]" * 32 + "\n") == ["too_deep"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"a: [1, 2\n", "yaml_syntax"),
        (b"a: b: c\n", "yaml_syntax"),
        (rb"""a: "\ud800" """, "yaml_syntax"),
        (b"a:\n\t- b\n", "yaml_syntax"),
        (b"a: \x00\n", "control_character"),
        (b"a: \x07\n", "control_character"),
        ("名称: 客户\n".encode("gb18030"), "not_utf8"),
        (b"- a\n- b\n", "not_a_mapping"),
        (b"just text\n", "not_a_mapping"),
        (b"a: &x\n  b: *y\n", "anchor"),
    ],
)
def test_what_is_no_definition_file_is_refused_with_its_place(source: bytes, code: str) -> None:
    _, problems = read(source)
    assert problems[0].code == code
    assert problems[0].place is not None
    assert problems[0].message


@pytest.mark.parametrize("written", [r"a\0b", r"\x07", r"\uffff", r"\x7f"])
def test_characters_that_cannot_be_kept_are_refused(written: str) -> None:
    (content,), (problem,) = read(f'key: "{written}"\n')
    assert problem.code == "control_character"
    assert content["key"].encode("utf-8") in (b"ab", b"")


def test_a_long_number_is_looked_at_once() -> None:
    text = "1" * 500_000
    assert codes(f"a: {text}\nb: {text}x\n") == ["ambiguous_scalar"]


def test_an_empty_file_holds_nothing() -> None:
    assert read("") == ([], [])
    assert read("# only a comment\n---\n") == ([], [])


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read(b"\xef\xbb\xbfkind: pack\n") == ([{"kind": "pack"}], [])


@given(st.one_of(st.binary(max_size=300), st.text("abc:-[]{}'\"&*!|>#%@`,? \n\t01", max_size=120)))
@settings(max_examples=200, deadline=None)
def test_whatever_a_file_holds_it_gives_documents_or_problems(source: bytes | str) -> None:
    documents, problems = read(source)
    assert all(each.place is not None and each.message for each in problems)
    assert all(isinstance(each, dict) for each in documents)


def test_a_file_full_of_mistakes_is_given_up_after_many() -> None:
    _, problems = read("a: 012\n" + "".join(f"k{number}: yes\n" for number in range(500)))
    assert len(problems) == MAX_PROBLEMS
