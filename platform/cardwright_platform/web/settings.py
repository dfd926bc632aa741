"""The page of settings: every pack's, in groups, in the inputs of their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_SETTINGS
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.flows.setting_changes import save_settings
from cardwright_entities.settings import read_settings
from cardwright_platform.permissions import requires
from cardwright_platform.views.forms import Form, FormError, FormSection, Input
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.setting_inputs import read_typed, setting_input
from cardwright_platform.web.urls import SETTINGS

pages = Blueprint("settings", __name__)

Errors = Mapping[str, Sequence[str]]


@pages.get(SETTINGS)
@requires(MANAGE_SETTINGS)
def show_settings() -> ResponseReturnValue:
    """Show all settings in the groups of their packs."""
    return _page({}, {})


@pages.post(SETTINGS)
@requires(MANAGE_SETTINGS)
def change_settings() -> ResponseReturnValue:
    """Save what was typed; all of it, or nothing with every message beside its input."""
    typed = {name: values[-1] for name, values in request.form.lists()}

    def work(desk: Desk) -> tuple[str, ...]:
        raw = {name: read_typed(desk, name, typed[name]) for name in _names(desk) if name in typed}
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
            made = setting_input(
                desk, reader, setting, values[name], typed.get(name), errors.get(name, ())
            )
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


def _names(desk: Desk) -> Sequence[str]:
    return tuple(desk.model.catalog.settings)
