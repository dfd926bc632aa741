import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


@given(st.uuids())
def test_any_identifier_comes_back(make: Any, value: uuid.UUID) -> None:
    field = make("uuid")
    assert field.parse(value) == field.parse("{" + str(value).upper() + "}") == str(value)
    assert field.survives(str(value))


@pytest.mark.parametrize("raw", ["x", "123", 5, "g" * 32])
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    assert make("uuid").code(raw) == "not_a_uuid"
    assert make("uuid").load(raw) == make("uuid").parsed(raw)
