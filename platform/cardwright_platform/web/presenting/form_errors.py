"""What is wrong, above a form: each message with the field and the line that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.forms import FormError, FormSection
from cardwright_platform.web.presenting.form_requests import FormRequest, place_of_line
from cardwright_platform.web.presenting.reader import Reader


def summary_of(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    asked: FormRequest,
    sections: Sequence[FormSection],
) -> tuple[FormError, ...]:
    """Return all messages in the order in which their inputs stand on the form."""
    shown = [each.name for section in sections for each in section.inputs]
    places = {name: place for place, name in enumerate(shown)}
    errors = asked.failure.errors
    found: list[FormError] = []
    for name in sorted(errors, key=lambda name: places.get(name.partition(".")[0], -1)):
        messages = errors[name]
        label = _label_of(desk, reader, entity, asked, name)
        found += [FormError(text=text, target=name, label=label) for text in messages]
    return tuple(found)


def _label_of(
    desk: Desk, reader: Reader, entity: EntityModel, asked: FormRequest, name: str
) -> str:
    parts = name.split(".")
    own = entity.fields.get(parts[0])
    if own is None:
        return ""
    label = reader.field_label(own)
    if own.type.relation == "lines" and len(parts) > 2:
        line = desk.model.lines_of(entity, parts[0])
        inner = line.fields.get(parts[2]) or line.fields.get(parts[-1])
        number = reader.t("lines.number", number=place_of_line(asked.typed, parts))
        return f"{label} {number} {reader.field_label(inner) if inner else ''}".strip()
    return label
