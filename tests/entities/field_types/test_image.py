from typing import Any


def test_a_picture_is_a_file_that_holds_no_script(make: Any) -> None:
    field = make("image")
    assert field.survives(7, excel=False)
    assert "image/svg+xml" not in field.type.accepted(field.definition)
    assert (field.type.widget, field.type.cell) == ("image", "image")
    assert field.load("x") == field.parsed("x") == (None, "not_a_record")
