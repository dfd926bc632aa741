from typing import Any

from cardwright_metadata.definitions.entities import FieldDefinition

TITLE = FieldDefinition(name="job_title", type="picklist", options={"values": {"ceo": "总经理"}})


def test_a_mirror_has_the_face_of_the_field_it_shows(make: Any) -> None:
    field = make("mirror", path="current.job_title", result=TITLE)
    assert field.shown("ceo") == "总经理"
    assert field.type.cell == "pill"
    assert field.type.columns(field.definition) == ()
    assert not field.type.editable
    assert field.survives("ceo")


def test_one_that_says_what_an_edit_does_can_be_edited(make: Any) -> None:
    field = make("mirror", path="current.job_title", result=TITLE, on_edit={"close": "current"})
    assert field.type.editable
    assert field.type.widget == "select"
    assert field.load("x") == field.parsed("x") == (None, "not_in_list")


def test_before_its_path_is_known_it_is_plain(make: Any) -> None:
    field = make("mirror", path="current.job_title")
    assert field.shown("ceo") == "ceo"
    assert field.type.value_type(field.definition).kind == "text"
