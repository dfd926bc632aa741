import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9)
SIGNS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00\ufffe\uffff")
TEXTS = st.text(SIGNS, max_size=9)
DOCUMENTS = st.recursive(
    LEAVES | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8
).filter(lambda document: isinstance(document, (list, dict)))


@given(DOCUMENTS)
def test_any_document_comes_back(make: Any, document: object) -> None:
    assert make("json").survives(document)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("{", "not_json"),
        ('"text"', "not_json"),
        ("12", "not_json"),
        ('{"a": NaN}', "not_json"),
        ([float("inf")], "not_json"),
        (["a\x00"], "not_json"),
        ({"\ud800": 1}, "not_json"),
        ("[" * 5_000 + "]" * 5_000, "too_deep"),
        ("[" * 100_000, "too_deep"),
        ("x" * 200_000, "too_large_document"),
        (["x" * 70_000], "too_large_document"),
        ({1, 2}, "not_json"),
        ([10**30], "not_json"),
    ],
)
def test_what_a_database_cannot_keep_is_refused(make: Any, raw: object, code: str) -> None:
    field = make("json")
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_it_is_edited_as_indented_text(make: Any) -> None:
    assert make("json").input({"名": [1]}) == json.dumps({"名": [1]}, ensure_ascii=False, indent=2)
    assert make("json").parse("  ") is None
