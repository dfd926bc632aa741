import json
from typing import Any

import pytest


def test_lines_are_objects_in_their_order(make: Any) -> None:
    field = make("lines", of="order_line")
    lines = [{"product": 1, "quantity": "2"}, {"id": 5, "version": 1}]
    assert field.parse(lines) == lines
    assert field.parse(json.dumps(lines)) == lines
    assert field.parse([]) is None
    assert field.parse("") is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("[", "not_a_list"),
        ("[" * 100_000, "not_a_list"),
        ([1], "not_a_list"),
        ({"a": 1}, "not_a_list"),
        ([{}] * 1_001, "too_many"),
    ],
)
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object, code: str) -> None:
    field = make("lines", of="order_line")
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_it_has_no_column_and_shows_how_many_there_are(make: Any) -> None:
    field = make("lines", of="order_line")
    assert field.type.columns(field.definition) == ()
    assert field.type.relation == "lines"
    assert field.shown([{}, {}]) == "2"
