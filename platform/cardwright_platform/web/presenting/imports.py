"""The steps of an import in the reader's words."""

from __future__ import annotations

from collections.abc import Set

from cardwright_entities.engine import Desk
from cardwright_entities.exchange.cells import cell_text
from cardwright_entities.exchange.fields import match_fields
from cardwright_entities.exchange.mapping import ColumnUse
from cardwright_entities.exchange.requests import CREATE, UPDATE, UPSERT, ImportRequest
from cardwright_entities.exchange.service import Preview
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.current import current_instance
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.imports import ImportColumn, ImportMapping, ImportUpload, Step
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import import_map_url, import_url, list_url

#: Encodings that are offered beside finding it out.
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "latin-1")

_SAMPLES = 3


def steps(reader: Reader, now: int) -> tuple[Step, ...]:
    """Return the four steps with the current one."""
    names = ("upload", "columns", "try", "done")
    states = ["done" if index < now else "now" if index == now else "next" for index in range(4)]
    return tuple(
        Step(label=reader.t(f"import.step_{name}"), state=state)
        for name, state in zip(names, states, strict=True)
    )


def upload_view(desk: Desk, reader: Reader, entity: EntityModel) -> ImportUpload:
    """Return the page that asks for the file."""
    maps = [each for each in desk.model.catalog.import_maps.values() if each.entity == entity.name]
    label = reader.entity_label(entity)
    return ImportUpload(
        title=reader.t("import.title", entity=reader.inside(reader.list_label(entity))),
        entity=label,
        list_url=list_url(entity.name),
        action=import_url(entity.name),
        steps=steps(reader, 0),
        limit=reader.t("files.limit", size=current_instance().config.upload_megabytes),
        maps=tuple(
            Choice(value=each.name, label=reader.text(each.label, each.name)) for each in maps
        ),
        encodings=(
            Choice(value="", label=reader.t("import.encoding_found"), selected=True),
            *(Choice(value=each, label=each.upper()) for each in _ENCODINGS),
        ),
        templates=(
            Action(
                label=reader.t("import.template"),
                url=f"{import_url(entity.name)}/template",
                icon="file-spreadsheet",
                download=True,
            ),
        ),
    )


def mapping_view(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    asked: ImportRequest,
    preview: Preview,
    filename: str,
) -> ImportMapping:
    """Return the page on which each column gets its field."""
    plan = preview.plan
    used = {each.index: each for each in plan.columns} if plan else {}
    label = reader.entity_label(entity)
    mode = asked.mode or (plan.mode if plan else CREATE)
    key = asked.key or (plan.key if plan else ())
    return ImportMapping(
        title=reader.t("import.title", entity=reader.inside(reader.list_label(entity))),
        entity=label,
        list_url=list_url(entity.name),
        action=import_map_url(entity.name, asked.file),
        steps=steps(reader, 1),
        file=filename,
        file_note=_note(reader, preview),
        columns=tuple(
            _column(desk, reader, entity, preview, index, used.get(index))
            for index in range(len(preview.titles))
        ),
        modes=tuple(
            Choice(value=each, label=reader.t(f"import.mode_{each}"), selected=each == mode)
            for each in (CREATE, UPDATE, UPSERT)
        ),
        keys=tuple(
            Choice(value=each.name, label=reader.field_label(each), selected=each.name in key)
            for each in match_fields(entity)
        ),
        sheets=_sheets(preview),
        missing=_missing(reader, preview, {each.path for each in used.values()}),
        errors=_errors(reader, preview),
        hidden=(("map", asked.import_map), ("encoding", asked.encoding)),
        back_url=import_url(entity.name),
    )


def _sheets(preview: Preview) -> tuple[Choice, ...]:
    sheets = preview.report.sheets if len(preview.report.sheets) > 1 else ()
    return tuple(
        Choice(value=each, label=each, selected=each == preview.report.sheet) for each in sheets
    )


def _missing(reader: Reader, preview: Preview, placed: Set[str]) -> tuple[str, ...]:
    """Return the fields that a record must have and that no column gives."""
    return tuple(
        each.title(reader.language)
        for each in preview.fields
        if each.required
        and each.path not in placed
        and each.lines is None
        and each.found.definition.default is None
    )


def _errors(reader: Reader, preview: Preview) -> tuple[str, ...]:
    if preview.problem is None:
        return ()
    return tuple(reader.say(each) for each in preview.problem.messages)


def _column(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    preview: Preview,
    index: int,
    used: ColumnUse | None,
) -> ImportColumn:
    samples = [cell_text(row[index]) for row in preview.rows if index < len(row)]
    path = used.path if used else ""
    own = next((each for each in preview.fields if each.path == path), None)
    matches: tuple[Choice, ...] = ()
    if own is not None and own.found.targets and own.found.type.relation in ("one", "many"):
        target = desk.model.entity(own.found.targets[0])
        any_of_them = Choice(
            value="", label=reader.t("import.match_any"), selected=not (used and used.match)
        )
        matches = (any_of_them,) + tuple(
            Choice(
                value=each.name,
                label=reader.field_label(each),
                selected=used is not None and each.name == used.match,
            )
            for each in match_fields(target)
        )
    return ImportColumn(
        number=index,
        title=cell_text(preview.titles[index]),
        samples=tuple([text for text in samples if text][:_SAMPLES]),
        fields=tuple(
            Choice(value=each.path, label=each.title(reader.language), selected=each.path == path)
            for each in preview.fields
        ),
        matches=matches,
        guess=reader.t("import.guess_title") if used else "",
    )


def _note(reader: Reader, preview: Preview) -> str:
    parts = [preview.report.sheet, preview.report.encoding.upper()]
    return " · ".join(part for part in parts if part)
