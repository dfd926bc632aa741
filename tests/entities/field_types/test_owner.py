from typing import Any

from cardwright_entities.expressions.values import RecordRef

OPTIONS = {
    "targets": ("staff", "team"),
    "target_ids": {"staff": "aaaaaaaaaa", "team": "bbbbbbbbbb"},
}


def test_an_employee_a_team_or_nobody_owns_a_record(make: Any) -> None:
    field = make("owner", **OPTIONS)
    for value in (RecordRef("staff", 3), RecordRef("team", 3), None):
        assert field.survives(value, excel=False)
    assert field.code("customer:3") == "not_a_target"


def test_its_columns_are_owner_and_owner_type(make: Any) -> None:
    field = make("owner", **OPTIONS)
    assert [each.suffix for each in field.type.columns(field.definition)] == ["", "_type"]
    assert field.type.plays.split() == ["employee", "team"]
