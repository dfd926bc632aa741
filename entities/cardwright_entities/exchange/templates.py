"""An empty file to fill in: titles that an import knows, what is required, what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cardwright_entities.access.choosing import offered
from cardwright_entities.exchange.csv_files import write_csv
from cardwright_entities.exchange.fields import ExchangeField, importable_fields, match_fields
from cardwright_entities.exchange.requests import Desk
from cardwright_entities.exchange.services import Services, require
from cardwright_entities.exchange.sheets import SheetColumn, SheetLayout
from cardwright_entities.exchange.titles import column_titles
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.others import ChoiceDefinition

#: Stands behind the title of what must be filled in.
REQUIRED = "*"
#: A list longer than this is no help in a cell.
_MOST_CHOICES = 500


def template_layout(desk: Desk, entity_name: str) -> SheetLayout:
    """Return the sheet of an import template; raise as for an import."""
    entity = require(desk, entity_name, "import")
    language = desk.context.language
    fields = importable_fields(desk, entity)
    titles = column_titles(desk, entity, [each.path for each in fields], language)
    return SheetLayout(
        name=entity.definition.label.in_language(language, name=entity.name),
        columns=tuple(
            SheetColumn(
                title=title + (REQUIRED if each.required else ""),
                format=each.found.type.excel_format,
                width=max(12, 2 * len(title) + 4),
                note=_note(desk, each, language),
                choices=_choices(desk, each),
            )
            for title, each in zip(titles, fields, strict=True)
        ),
    )


def write_template(services: Services, layout: SheetLayout, target: Path) -> None:
    """Write a template as the ending of its name says: a workbook or a CSV file."""
    if target.suffix == ".csv":
        write_csv(target, layout, ())
    else:
        services.workbooks.write(target, layout, ())


def _note(desk: Desk, field: ExchangeField, language: str) -> str:
    definition = field.found.definition
    texts = [definition.help, definition.hint, definition.example]
    words = [text.in_language(language) for text in texts if text]
    for target in field.found.targets:
        entity = desk.model.entity(target)
        by = " / ".join(
            each.definition.label.in_language(language, name=each.name)
            for each in match_fields(entity)
        )
        words.append(f"{entity.definition.label.in_language(language, name=target)}: {by}")
    return "\n".join(words)


def _choices(desk: Desk, field: ExchangeField) -> tuple[str, ...]:
    definition, language = field.found.definition, desk.context.language
    if field.found.value_type.kind == "boolean":
        locale = Locale(language=language)
        return (locale.yes_or_no(True), locale.yes_or_no(False))
    if field.found.value_type.kind != "text":
        return ()  # several choices fit no drop-down of a cell
    choices: Mapping[str, ChoiceDefinition] = definition.options.get("choices", {})
    labels = [
        each.label.in_language(language, name=each.code)
        for each in offered(desk.context.principal, choices)
    ]
    return tuple(labels) if len(labels) <= _MOST_CHOICES else ()
