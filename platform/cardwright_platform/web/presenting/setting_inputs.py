"""Inputs of settings, in the widgets of their types; and what was typed into them, read."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.model.resolving import setting_field
from cardwright_metadata.definitions.others import SettingDefinition
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import Input
from cardwright_platform.web.presenting.reader import Reader

#: Widgets that a setting may have; another type is typed as text.
_WIDGETS = frozenset({"text", "textarea", "number", "date", "datetime", "time", "checkbox"})
_SELECT = "select"


def setting_input(
    desk: Desk,
    reader: Reader,
    setting: SettingDefinition,
    value: object,
    typed: str | None = None,
    errors: Sequence[str] = (),
) -> Input:
    """Return the input of a setting with the value that it has, or with what was typed."""
    field = setting_field(setting, desk.model.catalog)
    field_type = desk.model.types.of(field)
    choices = {} if field_type.widget != _SELECT else field.options.get("choices", {})
    text = field_type.input_text(value, field, reader.locale) if typed is None else typed
    return Input(
        name=setting.name,
        widget=field_type.widget if field_type.widget in {*_WIDGETS, _SELECT} else "text",
        label=reader.text(setting.label, setting.name),
        text=text,
        help=reader.text(setting.help),
        choices=tuple(
            Choice(value=code, label=reader.text(each.label, code), selected=code == text)
            for code, each in choices.items()
            if not each.retired or code == text
        ),
        errors=tuple(errors),
        span=2,
        input_type=field_type.input_type,
        input_mode=field_type.input_mode,
    )


def read_typed(desk: Desk, name: str, text: str) -> object:
    """Return what was typed for a setting, as its type takes it."""
    field = setting_field(desk.model.catalog.settings[name], desk.model.catalog)
    return desk.model.types.of(field).read_input(text, field)
