from typing import Any

import pytest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("广州华南贸易有限公司", "GZHNMYYXGS"),
        ("3M中国", "3MZG"),
        ("Alfreds Futterkiste", "AF"),
        ("重庆长安", "ZQZA"),
        ("（深圳）吕记", "SZLJ"),
        ("！！", None),
        ("", None),
        (None, None),
    ],
)
def test_the_initials_of_a_text_are_its_memory_code(make: Any, text: str | None, code: Any) -> None:
    field = make("mnemonic", of="name")
    assert field.type.compute(text, field.definition) == code


def test_a_person_is_found_by_the_surname_as_it_is_read(make: Any) -> None:
    field = make("mnemonic", of="name", person=True)
    assert field.type.compute("单小明", field.definition) == "SXM"
    assert field.type.compute("尉迟恭", field.definition) == "YCG"


def test_one_may_type_another(make: Any) -> None:
    field = make("mnemonic", of="name")
    assert field.parse("hnmy１") == "HNMY1"
    assert field.survives("HNMY1")
    for raw in ("x" * 61, 5, "a\x00", "ok"):
        assert field.load(raw) == field.parsed(raw)
