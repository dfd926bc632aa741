from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

#: What people may type: no controls and no halves of surrogate pairs.
SIGNS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
WRITING = st.text(SIGNS, max_size=60)


@given(WRITING)
def test_any_writing_comes_back(make: Any, text: str) -> None:
    field = make("text")
    value = field.parse(text)
    assert field.survives(value)


@given(st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.lists(st.text())))
def test_both_drivers_take_and_refuse_the_same(make: Any, raw: object) -> None:
    field = make("text", max_length=8, min_length=2, pattern="[a-z一-龥 ]+")
    assert field.load(raw) == field.parsed(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("  华南 贸易  ", "华南 贸易"),
        ("", None),
        (" \t\n ", None),
        (None, None),
        ("Cafe\u0301", "Café"),
        ("一行\r\n又一行", "一行 又一行"),
        ("全角ＡＢＣ１２", "全角ＡＢＣ１２"),
        ("\u3000中\u3000", "中"),
        ("👍🏽 \u202e", "👍🏽 \u202e".strip()),
    ],
)
def test_text_is_stripped_composed_and_one_line(make: Any, raw: str, value: str | None) -> None:
    assert make("text").parse(raw) == value


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1b", "\x7f", "\ud800", "\uffff"])
def test_what_no_file_can_carry_is_refused(make: Any, sign: str) -> None:
    assert make("text").code(f"a{sign}b") == "bad_character"


def test_length_pattern_and_kind_are_checked(make: Any) -> None:
    field = make("text", max_length=4, min_length=2, pattern="[A-Z]+")
    assert field.code("ABCDE") == "too_long"
    assert field.code("A") == "too_short"
    assert field.code("AB1") == "wrong_pattern"
    assert field.code(12) == "not_a_text"
    assert field.parse("ABC") == "ABC"


def test_a_number_in_a_sheet_is_text_as_people_see_it(make: Any) -> None:
    assert make("text").cell(510000.0) == "510000"
    assert make("text").cell(1.5) == "1.5"


def test_a_pattern_that_re2_cannot_read_is_a_problem_of_the_definition(make: Any) -> None:
    assert make("text", pattern="(a+)+\\1").problems() == ("bad_pattern",)
    assert make("text", min_length=9, max_length=3).problems() == ("min_above_max",)
    assert make("text", pattern="(a+)+").problems() == ()


def test_two_hundred_letters_of_two_bytes_fit(make: Any) -> None:
    assert make("text").parse("Я" * 200) == "Я" * 200
