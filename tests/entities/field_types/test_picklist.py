from typing import Any

import pytest

from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.definitions.texts import Text

CHOICES = {
    "draft": ChoiceDefinition(code="draft", label=Text.of({"zh": "草稿", "en": "Draft"})),
    "sent": ChoiceDefinition(code="sent", label=Text.of({"zh": "已发、已读", "en": "Sent, read"})),
    "old": ChoiceDefinition(code="old", label=Text.of({"zh": "旧"}), retired=True),
}


@pytest.mark.parametrize("code", [None, "draft", "sent", "old"])
def test_a_choice_comes_back_even_a_retired_one(make: Any, code: str | None) -> None:
    assert make("picklist", of="stages", choices=CHOICES).survives(code)


def test_only_codes_are_taken_but_sheets_may_say_the_label_in_any_language(make: Any) -> None:
    field = make("picklist", of="stages", choices=CHOICES)
    assert field.code("草稿") == "not_in_list"
    assert field.cell("草稿") == field.cell("DRAFT") == field.cell("ｄｒａｆｔ") == "draft"
    assert field.cell("Sent, read") == "sent"


def test_the_label_is_in_the_readers_language(make: Any) -> None:
    field = make("picklist", of="stages", choices=CHOICES)
    assert (field.shown("draft"), field.shown("draft", "en")) == ("草稿", "Draft")
    assert field.shown("old", "en") == "旧"
    assert field.shown("gone") == "gone"
    assert field.type.search_text("draft", field.definition) == "Draft 草稿"


@pytest.mark.parametrize(
    "values",
    [
        {"times": "次", "hours": "小时"},
        {"times": {"zh": "次"}, "hours": {"label": {"zh": "小时"}, "colour": "red"}},
        ["times", "hours"],
    ],
)
def test_choices_may_be_written_in_the_field(make: Any, values: Any) -> None:
    field = make("picklist", values=values)
    assert field.parse("hours") == "hours"
    assert field.code("days") == "not_in_list"
    assert field.type.json_schema(field.definition)["enum"] == ["times", "hours", None]


def test_a_number_in_a_sheet_may_be_a_code(make: Any) -> None:
    assert make("picklist", values={"1": "一", "2": "二"}).cell(2.0) == "2"


def test_choices_come_from_exactly_one_place(make: Any) -> None:
    assert make("picklist").problems() == ("choices_once",)
    assert make("picklist", of="a", values=["b"]).problems() == ("choices_once",)
    assert make("picklist", of="a").problems() == ()


@pytest.mark.parametrize("raw", ["", None, 5, ["draft"], "no", "draft", "dr\x00"])
def test_both_drivers_take_and_refuse_the_same(make: Any, raw: object) -> None:
    field = make("picklist", of="stages", choices=CHOICES)
    assert field.load(raw) == field.parsed(raw)
