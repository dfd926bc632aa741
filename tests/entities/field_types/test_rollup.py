from decimal import Decimal
from typing import Any

from cardwright_metadata.expressions.parsing import parse


def test_a_rollup_has_the_face_of_what_it_returns(make: Any) -> None:
    field = make("rollup", of="items", sum=parse("amount"), returns="money")
    assert field.shown(Decimal("1234.50")) == "1,234.50"
    assert (field.type.numeric, field.type.editable) == (True, False)
    assert field.survives(Decimal("1.50"))


def test_the_limits_of_a_number_are_not_its_questions(make: Any) -> None:
    field = make("rollup", of="items", max=parse("amount"), returns="decimal")
    assert field.shown(Decimal(3)) == make("decimal").shown(Decimal(3))


def test_a_value_for_everybody_is_stored_and_that_of_a_reader_is_not(make: Any) -> None:
    kept = make("rollup", of="items", sum=parse("amount"), returns="money")
    seen = make("rollup", of="items", sum=parse("amount"), returns="money", sees="reader")
    assert [each.suffix for each in kept.type.columns(kept.definition)] == ["", "_base"]
    assert seen.type.columns(seen.definition) == ()
    assert (kept.type.sortable, seen.type.sortable) == (True, False)


def test_it_asks_one_question(make: Any) -> None:
    field = make("rollup", of="items", sum=parse("a"), max=parse("a"), returns="decimal")
    assert field.problems() == ("rollup_asks_twice",)
