from typing import Any

from cardwright_entities.field_types.files import ImagesType


def test_several_pictures_come_back_in_their_order(make: Any) -> None:
    assert make("images").survives((3, 1, 2), excel=False)


def test_drawings_that_may_carry_scripts_are_not_taken(make: Any) -> None:
    field = make("images")
    assert isinstance(field.type, ImagesType)
    assert "image/svg+xml" not in field.type.accepted(field.definition)
