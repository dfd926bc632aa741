"""Settings saved together by a person: all messages at once, and a change set that tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message
from cardwright_entities.model.model import Model
from cardwright_entities.model.resolving import setting_field
from cardwright_entities.records.history import open_change_set
from cardwright_entities.settings import read_settings, write_setting
from cardwright_entities.store.sessions import Session

#: A label tells what changed; longer ones are cut.
_LONGEST = 400


def save_settings(
    session: Session, model: Model, context: Context, values: Mapping[str, object]
) -> tuple[str, ...]:
    """Set several settings and return the names of those that changed.

    Raise NotFoundError for an unknown name, InputError with the messages of all wrong values.
    """
    before = read_settings(session, model)
    errors: dict[str, Sequence[Message]] = {}
    for name, value in values.items():
        try:
            write_setting(session, model, context, name, value)
        except InputError as error:
            errors |= error.fields
    if errors:
        raise InputError(errors)
    after = read_settings(session, model)
    changed = tuple(name for name in values if before[name] != after[name])
    if changed:
        label = "; ".join(
            f"{name}: {_shown(model, name, before[name])} → {_shown(model, name, after[name])}"
            for name in changed
        )
        open_change_set(session, context, "settings", label[:_LONGEST])
    return changed


def _shown(model: Model, name: str, value: object) -> str:
    field = setting_field(model.catalog.settings[name], model.catalog)
    written = model.types.of(field).to_json(value, field)
    return "—" if written is None else str(written)
