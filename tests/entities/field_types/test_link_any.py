from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_entities.expressions.values import RecordRef

OPTIONS = {
    "to": ["customer", "lead"],
    "targets": ("customer", "lead"),
    "target_ids": {"customer": "abcdefgh23", "lead": "lead"},
}


@given(st.builds(RecordRef, st.sampled_from(["customer", "lead"]), st.integers(1, 2**53)))
def test_any_reference_comes_back(make: Any, value: RecordRef) -> None:
    assert make("link_any", **OPTIONS).survives(value, excel=False)


def test_the_table_keeps_the_entitys_id_so_that_a_rename_harms_nothing(make: Any) -> None:
    field = make("link_any", **OPTIONS)
    assert field.row(RecordRef("customer", 7)) == (7, "abcdefgh23")
    renamed = make("link_any", **{**OPTIONS, "target_ids": {"client": "abcdefgh23"}})
    assert renamed.type.from_row((7, "abcdefgh23"), renamed.definition) == RecordRef("client", 7)
    assert field.row(None) == (None, None)
    assert [each.suffix for each in field.type.columns(field.definition)] == ["", "_type"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("customer:7", RecordRef("customer", 7)),
        ({"entity": "lead", "id": "7", "title": "x"}, RecordRef("lead", 7)),
        ("customer:", None),
        ("", None),
    ],
)
def test_text_and_objects_are_read(make: Any, raw: object, value: RecordRef | None) -> None:
    assert make("link_any", **OPTIONS).parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("product:7", "not_a_target"),
        ("7", "not_a_record"),
        (7, "not_a_record"),
        ({"id": 7}, "not_a_record"),
        ({"entity": "lead"}, "not_a_record"),
        ("lead:x", "not_a_record"),
    ],
)
def test_anything_else_is_refused_by_both_drivers(make: Any, raw: object, code: str) -> None:
    field = make("link_any", **OPTIONS)
    assert field.code(raw) == code
    assert field.load(raw) == field.parsed(raw)


def test_it_shows_the_title_of_the_right_entity(make: Any) -> None:
    titles = {("customer", 7): "华南贸易", ("lead", 7): "王女士"}
    assert make("link_any", **OPTIONS).shown(RecordRef("lead", 7), titles=titles) == "王女士"
