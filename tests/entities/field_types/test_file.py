from typing import Any

import pytest


@pytest.mark.parametrize("value", [None, 1, 2**53])
def test_the_id_of_a_stored_file_comes_back(make: Any, value: int | None) -> None:
    assert make("file").survives(value, excel=False)


def test_its_name_is_shown_and_its_limits_are_known(make: Any) -> None:
    field = make("file", accept=["application/pdf"], max_size=5)
    assert field.shown(3, titles={("cw_file", 3): "合同.pdf"}) == "合同.pdf"
    assert field.type.accepted(field.definition) == ("application/pdf",)
    assert field.type.largest(field.definition) == 5_000_000
    assert make("file").type.accepted(make("file").definition) == ("*/*",)


@pytest.mark.parametrize("raw", ["a.pdf", 0, b"x", True])
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    assert make("file").code(raw) == "not_a_record"
    assert make("file").load(raw) == make("file").parsed(raw)
