"""What each type shows to those who see a part of its values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.masking import MaskedType
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.definitions.entities import FieldDefinition

TYPES = FieldTypes(BUILTIN_FIELD_TYPES)


def masked(type_: str) -> tuple[MaskedType, FieldDefinition]:
    field = FieldDefinition(name="it", type=type_)
    return MaskedType(TYPES.of(field)), field


@pytest.mark.parametrize(
    ("type_", "value", "shown"),
    [
        ("phone", "+8613812341234", "138****1234"),
        ("phone", "+16045553392", "+16****3392"),
        ("phone", "+861012345678", "101****5678"),
        ("phone", "10086", "****"),
        ("email", "zhang.san@example.com", "z****@example.com"),
        ("email", "zs@example.com", "****@example.com"),
        ("code", "11010519491231002X", "110****002X"),
        ("code", "A-17", "****"),
        ("person_name", "张三丰", "张****"),
        ("person_name", "张", "****"),
        ("text", "张三", "张****"),
        ("text", "华南科动公司", "华****司"),
        ("text", "A", "****"),
        ("integer", 7, "****"),
        ("money", Decimal("12.50"), "****"),
        ("date", date(2026, 5, 5), "****"),
        ("phone", None, None),
        ("money", None, None),
    ],
)
def test_a_part_is_shown_and_nothing_of_short_values(
    type_: str, value: object, shown: str | None
) -> None:
    face, field = masked(type_)
    assert face.part(value, field) == shown


def test_the_part_shown_does_not_tell_how_long_the_rest_is() -> None:
    face, field = masked("text")
    assert face.part("张小山丰", field) == face.part("张一二三四五六七丰", field)


def test_a_cell_is_masked_where_it_is_read_and_can_be_written_by_nobody() -> None:
    face, field = masked("phone")
    assert face.from_row(("+8613812341234",), field) == "138****1234"
    context = Context(principal=SYSTEM, now=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueProblem):
        face.parse("13812341234", field, context)


def test_what_is_chosen_linked_computed_or_stored_as_a_file_has_no_part_to_show() -> None:
    masks = {name for name in TYPES.names() if TYPES.describe(name).masks}
    assert masks == {
        "text", "person_name", "code", "phone", "email", "integer", "decimal", "percent",
        "money", "date", "datetime",
    }  # fmt: skip
