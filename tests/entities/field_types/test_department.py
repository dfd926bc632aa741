from typing import Any


def test_it_points_to_whoever_plays_department(make: Any) -> None:
    field = make("department", targets=("x_other_name",))
    assert field.survives(5, excel=False)
    assert field.type.plays == "department"
    assert "under" in field.type.operators
    assert field.type.columns(field.definition)[0].target == "x_other_name"
    assert field.shown(5, titles={("x_other_name", 5): "甲"}) == "甲"


def test_where_nobody_plays_it_there_is_still_a_column(make: Any) -> None:
    field = make("department")
    assert field.type.columns(field.definition)[0].target == ""
    assert field.code("x") == "not_a_record"
    assert field.load("x") == field.parsed("x")
