"""What is wrong, above a form: each message with the field and the line that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.forms import FormError, FormSection
from cardwright_platform.web.presenting.form_lines import number_of_line, numbers_of_lines
from cardwright_platform.web.presenting.form_requests import FormRequest
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
    numbers = numbers_of_lines(asked, entity) if errors else {}

    def place(name: str) -> tuple[int, int]:
        parts = name.split(".")
        line = number_of_line(numbers, parts) if len(parts) > 1 else 0
        return places.get(parts[0], -1), line

    found: list[FormError] = []
    for name in sorted(errors, key=place):
        label = _label_of(desk, reader, entity, numbers, name)
        found += [FormError(text=text, target=name, label=label) for text in errors[name]]
    return tuple(found)


def _label_of(
    desk: Desk, reader: Reader, entity: EntityModel, numbers: Mapping[str, int], name: str
) -> str:
    parts = name.split(".")
    own = entity.fields.get(parts[0])
    if own is None:
        return ""
    label = reader.field_label(own)
    if own.type.relation == "lines" and len(parts) > 2:
        line = desk.model.lines_of(entity, parts[0])
        inner = line.fields.get(parts[2]) or line.fields.get(parts[-1])
        number = reader.t("lines.number", number=number_of_line(numbers, parts))
        return f"{label} {number} {reader.field_label(inner) if inner else ''}".strip()
    return label
