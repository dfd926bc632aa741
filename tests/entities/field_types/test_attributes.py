from typing import Any

import pytest

OPTIONS = {"defined_by": "kind.attributes"}


def test_named_values_come_back(make: Any) -> None:
    field = make("attributes", **OPTIONS)
    assert field.survives({"名": "甲", "size": "1.50", "new": True})
    assert field.parse({"a": "", "b": None}) is None
    assert field.shown({"a": "1", "b": "2"}) == "a: 1 · b: 2"


@pytest.mark.parametrize("raw", [[1], {"a": [1]}, {"a": {"b": 1}}, {str(n): 1 for n in range(201)}])
def test_other_documents_are_refused(make: Any, raw: object) -> None:
    assert make("attributes", **OPTIONS).code(raw) == "not_attributes"
