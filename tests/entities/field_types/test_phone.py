from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("raw", "value", "shown"),
    [
        ("13800138000", "+8613800138000", "138 0013 8000"),
        ("138-0013-8000", "+8613800138000", "138 0013 8000"),
        ("+86 138 0013 8000", "+8613800138000", "138 0013 8000"),
        ("１３８００１３８０００", "+8613800138000", "138 0013 8000"),
        ("(020) 3888-8888", "+862038888888", "020 3888 8888"),
        ("400-820-8820", "+864008208820", "400 820 8820"),
        ("+1 604 555 3392", "+16045553392", "+1 604-555-3392"),
        ("95588", "95588", "95588"),
        ("(5) 555-4729", "(5) 555-4729", "(5) 555-4729"),
        ("030-0074321", "030-0074321", "030-0074321"),
    ],
)
def test_a_known_number_is_made_uniform_and_others_stay(
    make: Any, raw: str, value: str, shown: str
) -> None:
    field = make("phone")
    assert field.parse(raw) == value
    assert field.shown(value) == shown
    assert field.survives(value)


def test_an_extension_stays_with_its_number(make: Any) -> None:
    field = make("phone")
    value = field.parse("010-62345678转801")
    assert value == "+861062345678 ext. 801"
    assert field.survives(value)


@given(st.from_regex(r"\+?[0-9][0-9 \-]{3,15}", fullmatch=True))
@settings(max_examples=60)
def test_whatever_is_taken_comes_back(make: Any, raw: str) -> None:
    field = make("phone")
    value, _ = field.parsed(raw)
    assert field.survives(value)
    assert field.load(raw) == field.parsed(raw)


@pytest.mark.parametrize("raw", ["call me", "12", "1" * 30, 13800138000, "<b>", "1;drop"])
def test_what_is_no_number_is_refused(make: Any, raw: object) -> None:
    assert make("phone").code(raw) == "not_a_phone"


def test_a_sheet_may_hold_a_number_as_number(make: Any) -> None:
    assert make("phone").cell(13800138000.0) == "+8613800138000"


def test_search_sees_the_digits_people_type(make: Any) -> None:
    field = make("phone")
    assert field.type.search_text("+8613800138000", field.definition) == "13800138000"


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("0512", "512"),
        ("0512-6287", "5126287"),
        ("+86138", "138"),
        ("6287", "6287"),
        ("a-1", "a-1"),
    ],
)
def test_a_word_of_a_search_is_read_as_a_number(make: Any, typed: str, looked_for: str) -> None:
    field = make("phone")
    assert field.type.search_word(typed, field.definition) == looked_for


def test_another_country_may_be_home(make: Any) -> None:
    field = make("phone", region="US")
    assert field.parse("(604) 555-3392") == "+16045553392"
    assert field.shown("+16045553392") == "(604) 555-3392"
    assert field.survives("+16045553392")
