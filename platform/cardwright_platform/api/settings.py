"""Settings: the values that the company sets, with what packs say about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_SETTINGS
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message
from cardwright_entities.flows.setting_changes import save_settings
from cardwright_entities.model.resolving import setting_field
from cardwright_entities.settings import read_settings
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, load_body
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.permissions import requires

pages = Blueprint("api_settings", __name__, url_prefix=BASE)


class SettingsBody(Body):
    """Settings that change; the others stay."""

    values = Plain("Settings by name, with their values.")


@pages.get("/settings")
@requires(MANAGE_SETTINGS)
@operation(Operation(answer="Settings"))
def show_settings() -> ResponseReturnValue:
    """Answer every setting with its value, its type and its pack."""
    read_parameters()
    with reading_desk() as desk:
        return respond(dumps(_json(desk)))


@pages.patch("/settings")
@requires(MANAGE_SETTINGS)
@operation(Operation(answer="Settings", body=SettingsBody))
def change_settings() -> ResponseReturnValue:
    """Set some settings, all or none of them."""
    read_parameters()
    values = load_body(SettingsBody(), read_object()).get("values")
    if not isinstance(values, dict):
        raise InputError({"values": [Message("not_an_object")]})

    def work(desk: Desk) -> Answer:
        unknown = [name for name in values if name not in desk.model.catalog.settings]
        if unknown:
            raise InputError({name: [Message("unknown_setting")] for name in unknown})
        save_settings(desk.session, desk.model, desk.context, values)
        return Answer(value=_json(desk))

    return answer_write(work)


def _json(desk: Desk) -> dict[str, Any]:
    model, language = desk.model, desk.context.language
    values = read_settings(desk.session, model)
    items = []
    for name, definition in model.catalog.settings.items():
        field = setting_field(definition, model.catalog)
        field_type = model.types.of(field)
        items.append(
            {
                "name": name,
                "label": definition.label.in_language(language, name=name),
                "help": definition.help.in_language(language),
                "type": definition.type,
                "pack": definition.pack,
                "value": field_type.to_json(values[name], field),
                "default": definition.default,
            }
        )
    return {"items": items}
