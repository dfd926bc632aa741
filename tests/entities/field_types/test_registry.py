from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cardwright_entities.errors import CardwrightError
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.field_types.texts import TextType
from cardwright_metadata.definitions.entities import FieldDefinition

WIDGETS = {
    "text",
    "textarea",
    "number",
    "checkbox",
    "select",
    "multiselect",
    "date",
    "datetime",
    "time",
    "link",
    "link_any",
    "links",
    "lines",
    "address",
    "file",
    "image",
    "json",
    "attributes",
    "readonly",
    "rating",
    "colour",
    "period",
    "files",
    "images",
    "rich_text",
    "secret",
}
CELLS = {
    "text",
    "number",
    "money",
    "percent",
    "boolean",
    "pill",
    "pills",
    "date",
    "datetime",
    "link",
    "links",
    "email",
    "phone",
    "url",
    "file",
    "image",
    "address",
    "long_text",
    "rating",
    "colour",
    "geo",
    "files",
    "images",
    "rich_text",
}

NAMES = tuple(each.name for each in BUILTIN_FIELD_TYPES)


@pytest.mark.parametrize("name", NAMES)
def test_every_type_says_everything_about_itself(types: FieldTypes, name: str) -> None:
    described = types.catalogue().describe(name)
    assert set(described.label) == {"zh", "en"}
    Draft202012Validator.check_schema({"type": "object", "properties": dict(described.options)})
    assert all(option.get("description") for option in described.options.values())
    assert set(described.required) <= set(described.options)
    kind: Any = types.of(FieldDefinition(name="it", type=name))
    assert bool(described.operators) is not kind.write_only
    assert kind.widget in WIDGETS
    assert kind.cell in CELLS
    Draft202012Validator.check_schema(kind.json_schema(FieldDefinition(name="it", type=name)))


@pytest.mark.parametrize("name", NAMES)
def test_every_type_has_a_test_file(name: str) -> None:
    assert Path(__file__).with_name(f"test_{name}.py").exists()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_nothing_on_every_way(make: Any, name: str) -> None:
    field = make(name)
    assert field.parse(None) is None
    assert field.load(None) == (None, "")
    assert field.shown(None) == field.input(None) == ""
    assert field.json(None) is None
    assert field.type.search_text(None, field.definition) == ""
    assert all(cell is None for cell in field.row(None))
    if name not in ("formula", "mirror"):
        assert field.parse("  " if name != "lines" else "") is None
        assert field.cell(None) is None


def test_a_plugin_adds_a_type_and_may_not_take_a_name(types: FieldTypes) -> None:
    class StarsType(TextType):
        name = "stars"

    more = FieldTypes((*BUILTIN_FIELD_TYPES, StarsType))
    assert more.names()[-1] == "stars"
    assert "stars" not in types.names()
    with pytest.raises(CardwrightError, match="type_twice"):
        FieldTypes((*BUILTIN_FIELD_TYPES, TextType))


def test_every_type_has_an_icon_of_its_own() -> None:
    icons = [each.icon for each in BUILTIN_FIELD_TYPES]
    assert len(set(icons)) == len(icons)
    assert FieldType.icon not in icons
