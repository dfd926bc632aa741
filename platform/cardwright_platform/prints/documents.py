"""The prints of an entity, and one of them made ready for its children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.locales import Locale
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.resolving import setting_field
from cardwright_entities.queries.requests import RecordView
from cardwright_metadata.definitions.cards import SectionDefinition
from cardwright_metadata.definitions.prints import PrintDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.print_templates import TemplateUse, read_template
from cardwright_platform.prints.gathering import Gathering, needs_of
from cardwright_platform.prints.pictures import Pictures
from cardwright_platform.prints.rendering import PrintRequest

#: The print of an entity for which nobody has written one.
USUAL = "usual"
_USUAL_LABEL = Text.of({"zh": "打印", "en": "Print"})


def prints_of(desk: Desk, entity: EntityModel) -> tuple[PrintDefinition, ...]:
    """Return the prints of an entity in their order; without any, the usual one."""
    found = [each for each in desk.model.catalog.prints.values() if each.entity == entity.name]
    if found:
        return tuple(sorted(found, key=lambda each: each.order))
    if entity.definition.owner:
        return ()
    text = _bundled("usual.html")
    return (PrintDefinition(name=USUAL, entity=entity.name, template=text, label=_USUAL_LABEL),)


def find_print(desk: Desk, entity: EntityModel, name: str) -> PrintDefinition:
    """Return a print of an entity by its name; raise NotFoundError."""
    for each in prints_of(desk, entity):
        if each.name == name:
            return each
    raise NotFoundError(Message("not_found"))


def may_print(desk: Desk, entity: EntityModel, record: int) -> bool:
    """Tell whether a record that was read at the desk may be printed."""
    return "print" in desk.allowed(entity.name, record, ("print",))


def make_request(
    desk: Desk, blobs: Blobs, definition: PrintDefinition, record: int, by: str, company: str
) -> PrintRequest:
    """Gather what a print says of a record; raise NotFoundError or AccessError."""
    request = gather_request(desk, blobs, definition, record, by, company)
    if not may_print(desk, desk.model.entity(definition.entity), record):
        raise AccessError(Message("not_allowed"))
    return request


def gather_request(
    desk: Desk, blobs: Blobs, definition: PrintDefinition, record: int, by: str, company: str
) -> PrintRequest:
    """Gather what a document says of a record, whatever it is for; raise NotFoundError."""
    entity = desk.model.entity(definition.entity)
    found = desk.record(entity.name, record, masked=True)
    return _Maker(desk, blobs, definition, entity, found).request(by, company)


@dataclass(frozen=True)
class _Maker:
    desk: Desk
    blobs: Blobs
    definition: PrintDefinition
    entity: EntityModel
    found: RecordView

    @property
    def language(self) -> str:
        return self.definition.language or self.desk.context.language

    def request(self, by: str, company: str) -> PrintRequest:
        uses = [read_template(self.definition.template)]
        uses += [read_template(each) for each in self.definition.partials.values()]
        context = self.desk.context
        locale = Locale(language=self.language, zone=context.zone)
        gathering = Gathering(self.desk, locale, Pictures(self.blobs), dict(self.found.titles))
        record = self._record(gathering, uses)
        title = self._title(gathering)
        now = context.now.astimezone(context.zone)
        label = self.definition.label.in_language(self.language, name=self.definition.name)
        entity = self.entity.definition.label.in_language(self.language, name=self.entity.name)
        return PrintRequest(
            title=f"{entity} {title}",
            template=self.definition.template,
            partials=self.definition.partials,
            style=self._style(),
            language=self.language,
            settings=self._settings(gathering, uses),
            values={
                "record": {"t": title, "f": record},
                "fields": self._fields(record),
                "tables": self._tables(record),
                "title": title,
                "label": label,
                "entity": entity,
                "printed_at": now.strftime("%Y-%m-%d %H:%M"),
                "printed_by": by,
                "organisation": company,
            },
        )

    def _record(self, gathering: Gathering, uses: list[TemplateUse]) -> dict[str, Any]:
        needs = needs_of(path.names for use in uses for path in use.paths)
        values = {**self.found.values, **self.found.masked}
        heads = {name: value for name, value in values.items() if name in self.entity.fields}
        record = gathering.rows(self.entity, [heads], needs)[0]
        for name, rows in self.found.lines.items():
            line = self.desk.model.lines_of(self.entity, name)
            written = gathering.rows(line, [row.values for row in rows], needs.get(name, {}))
            record[name] = [{"t": "", "f": each} for each in written]
        return record

    def _title(self, gathering: Gathering) -> str:
        name, values = self.entity.definition.title, {**self.found.values, **self.found.masked}
        field = self.desk.reading.shown(self.entity).get(name)
        title = "" if field is None else str(gathering.cell(field, values.get(name))["t"])
        return title or f"#{self.found.id}"

    def _settings(self, gathering: Gathering, uses: list[TemplateUse]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in {name for use in uses for name, _ in use.settings}:
            definition = self.desk.model.catalog.settings.get(name)
            value = self.desk.settings.get(name)
            if definition is None or value is None:
                continue
            field = setting_field(definition, self.desk.model.catalog)
            kind = self.desk.model.types.of(field)
            locale = replace(gathering.locale, titles=gathering.titles)
            cell: dict[str, Any] = {"t": kind.display(value, field, locale)}
            if kind.holds_file:
                files = kind.files_of(value)
                cell["d"] = gathering.pictures.of_setting(self.desk, files)
            values[name] = cell
        return values

    # -- what stands on the usual print --------------------------------------------------------

    def _fields(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {"label": self._label(name, self.entity), "value": record[name]}
            for name, field in self.entity.fields.items()
            if name in record
            and not field.definition.system
            and field is not self.entity.title
            and not field.type.holds_file
            and isinstance(record[name], dict)
            and record[name]["t"]
        ]

    def _tables(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [self._table(name, record[name]) for name in self.found.lines if record.get(name)]

    def _table(self, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        line = self.desk.model.lines_of(self.entity, name)
        section = self._grid(name)
        shown = self.desk.reading.shown(line)
        named = (section.grid_columns if section else ()) or tuple(
            each for each, field in line.fields.items() if not field.definition.system
        )
        columns = [each for each in named if each in shown]
        # Figures of which a part is shown add up to nothing.
        summed = set(section.totals if section else ()) & self.desk.reading.readable(line)
        return {
            "label": self._label(name, self.entity),
            "columns": [
                {"label": self._label(each, line), "numeric": shown[each].type.numeric}
                for each in columns
            ],
            "rows": [[row["f"].get(each, {"t": ""}) for each in columns] for row in rows],
            "totals": [
                self._sum(name, each, line) if each in summed else {"t": ""} for each in columns
            ]
            if summed & set(columns)
            else [],
        }

    def _sum(self, name: str, column: str, line: EntityModel) -> dict[str, Any]:
        values = [row.values.get(column) for row in self.found.lines[name]]
        numbers = [each for each in values if isinstance(each, Decimal | int)]
        field = line.fields[column]
        total = sum(numbers, start=Decimal(0))
        locale = Locale(language=self.language, zone=self.desk.context.zone)
        return {
            "t": field.type.display(total, field.definition, locale),
            "v": str(total),
            "n": True,
        }

    def _grid(self, name: str) -> SectionDefinition | None:
        sections = (each for tab in self.entity.definition.card.tabs for each in tab.sections)
        return next((each for each in sections if each.grid == name), None)

    def _label(self, name: str, entity: EntityModel) -> str:
        return entity.fields[name].definition.label.in_language(self.language, name=name)

    def _style(self) -> str:
        paper = self.definition.paper
        page = f"@page {{ size: {paper.size} {paper.orientation}; margin: {paper.margin}; }}\n"
        return page + _bundled("usual.css")


def _bundled(name: str) -> str:
    return (resources.files("cardwright_platform.prints") / name).read_text("utf-8")
