from typing import Any


def test_a_name_comes_back_and_sorts_by_its_surname(make: Any) -> None:
    name, text = make("person_name"), make("text")
    assert name.survives("单小明")
    assert name.type.sort_text("单小明", name.definition).startswith("~shan4")
    assert text.type.sort_text("单小明", text.definition).startswith("~dan1")
    assert name.type.sort_text(None, name.definition) is None
