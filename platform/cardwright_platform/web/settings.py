"""The page of settings: every pack's, in groups, in the inputs of their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.flows.setting_changes import save_settings
from cardwright_entities.model.resolving import setting_field
from cardwright_entities.settings import read_settings
from cardwright_metadata.definitions.others import SettingDefinition
from cardwright_platform.permissions import requires
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import Form, FormError, FormSection, Input
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import SETTINGS

pages = Blueprint("settings", __name__)

#: Widgets that a setting may have; another type is typed as text.
_WIDGETS = frozenset({"text", "textarea", "number", "date", "datetime", "time", "checkbox"})
_SELECT = "select"

Errors = Mapping[str, Sequence[str]]


@pages.get(SETTINGS)
@requires(DEFINE)
def show_settings() -> ResponseReturnValue:
    """Show all settings in the groups of their packs."""
    return _page({}, {})


@pages.post(SETTINGS)
@requires(DEFINE)
def change_settings() -> ResponseReturnValue:
    """Save what was typed; all of it, or nothing with every message beside its input."""
    typed = {name: values[-1] for name, values in request.form.lists()}

    def work(desk: Desk) -> tuple[str, ...]:
        raw = {name: _read(desk, name, typed[name]) for name in _names(desk) if name in typed}
        return save_settings(desk.session, desk.model, desk.context, raw)

    try:
        changed = write_at_desk(work)
    except InputError as error:
        with reading_desk() as desk:
            reader = reader_at(desk)
            said = {
                name: [reader.say(each) for each in messages]
                for name, messages in error.fields.items()
            }
        return _page(typed, said)
    with reading_desk() as desk:
        return go(SETTINGS, reader_at(desk).t("settings.saved", count=len(changed)))


def _page(typed: Mapping[str, str], errors: Errors) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        values = read_settings(desk.session, desk.model)
        packs = desk.model.catalog.packs
        groups: dict[str, list[Input]] = {}
        for name, setting in desk.model.catalog.settings.items():
            made = _input(desk, reader, setting, values[name])
            text = typed.get(name, made.text)
            choices = tuple(replace(each, selected=each.value == text) for each in made.choices)
            made = replace(made, text=text, choices=choices, errors=tuple(errors.get(name, ())))
            groups.setdefault(setting.pack, []).append(made)
        page = Form(
            title=reader.t("settings.title"),
            entity=reader.t("home.title"),
            action=SETTINGS,
            list_url="/",
            cancel_url="/",
            icon="settings",
            sections=tuple(
                FormSection(
                    name=pack or "system",
                    label=reader.text(packs[pack].label, pack) if pack in packs else pack,
                    inputs=tuple(inputs),
                )
                for pack, inputs in groups.items()
            ),
            errors=tuple(
                FormError(text=text, target=name) for name, each in errors.items() for text in each
            ),
            save_label=reader.t("settings.save"),
        )
        return show(page, desk, status=422 if errors else 200)


def _input(desk: Desk, reader: Reader, setting: SettingDefinition, value: object) -> Input:
    field = setting_field(setting, desk.model.catalog)
    field_type = desk.model.types.of(field)
    choices = {} if field_type.widget != _SELECT else field.options.get("choices", {})
    return Input(
        name=setting.name,
        widget=field_type.widget if field_type.widget in {*_WIDGETS, _SELECT} else "text",
        label=reader.text(setting.label, setting.name),
        text=field_type.input_text(value, field, reader.locale),
        help=reader.text(setting.help),
        choices=tuple(
            Choice(value=code, label=reader.text(each.label, code), selected=code == value)
            for code, each in choices.items()
            if not each.retired or code == value
        ),
        span=2,
        input_type=field_type.input_type,
        input_mode=field_type.input_mode,
    )


def _names(desk: Desk) -> Sequence[str]:
    return tuple(desk.model.catalog.settings)


def _read(desk: Desk, name: str, text: str) -> object:
    field = setting_field(desk.model.catalog.settings[name], desk.model.catalog)
    return desk.model.types.of(field).read_input(text, field)
