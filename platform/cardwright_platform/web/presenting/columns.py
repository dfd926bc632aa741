"""Which columns a list shows: the shipped ones, or those that the reader chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_entities.errors import CardwrightError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_entities.saved_views.bodies import FUNCTIONS
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.lists import ChooserEntry, ColumnChooser, Total
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import bulk_url

#: Columns of a list at most.
MOST_COLUMNS = 40

#: Width in pixels by the cell template; the title shares the rest.
WIDTHS: Mapping[str, int] = {
    "number": 110, "money": 130, "percent": 90, "boolean": 70, "pill": 110, "pills": 160,
    "date": 110, "datetime": 140, "link": 160, "links": 180, "email": 190, "phone": 150,
    "url": 180, "file": 160, "image": 70, "address": 240, "long_text": 240, "text": 150,
    "rich_text": 240, "files": 180, "images": 120, "rating": 90, "geo": 150,
}  # fmt: skip

#: Pixels of a column to type in: narrower than one to read, since what is wide scrolls.
_GRID_WIDTHS: Mapping[str, int] = {
    "number": 92, "money": 112, "percent": 84, "boolean": 64, "pill": 112, "date": 132,
    "datetime": 190, "link": 132,
}  # fmt: skip
_FIRST_GRID_WIDTH = 220


def grid_width(field: FieldModel, *, first: bool) -> int:
    """Return how wide a column of lines is where they are typed."""
    return _FIRST_GRID_WIDTH if first else _GRID_WIDTHS.get(field.type.cell, 150)


def shown_field(reading: Reading, entity: EntityModel, path: str) -> FieldModel | None:
    """Return the field at the end of a path if this reader sees all of it or a part."""
    return end_field(reading, entity, path) or _masked_field(reading, entity, path)


def _masked_field(reading: Reading, entity: EntityModel, path: str) -> FieldModel | None:
    way, _, name = path.rpartition(".")
    if not way:
        return reading.masked(entity).get(name)
    link = end_field(reading, entity, way)
    if link is None or link.type.relation != "one" or not link.targets:
        return None
    return reading.masked(reading.model.entity(link.targets[0])).get(name)


def end_field(reading: Reading, entity: EntityModel, path: str) -> FieldModel | None:
    """Return the field at the end of a path if this reader may read it."""
    names = tuple(path.split("."))
    if not reading.can_read(entity, names):
        return None
    current: EntityModel | None = entity
    found: FieldModel | None = None
    for name in names:
        found = current.fields.get(name) if current is not None else None
        if found is None:
            return None
        current = reading.model.entity(found.targets[0]) if found.targets else None
    return found


def shown_columns(
    reading: Reading, entity: EntityModel, chosen: Sequence[str] | None = None
) -> dict[str, FieldModel]:
    """Return the columns of a list that the reader sees, or sees a part of; the title first."""
    shipped = [each.path for each in entity.definition.list.columns]
    paths = list(chosen) if chosen else shipped
    title = entity.definition.title
    if title in entity.fields:
        paths = [title, *(path for path in paths if path != title)]
    found = {path: shown_field(reading, entity, path) for path in paths[:MOST_COLUMNS]}
    return {
        path: field
        for path, field in found.items()
        if field is not None and field.type.relation != "lines"
    }


def chooser(
    reader: Reader,
    reading: Reading,
    entity: EntityModel,
    columns: Mapping[str, FieldModel],
    totals: Mapping[str, str],
    state: ListState,
) -> ColumnChooser:
    """Return the entries of the column chooser: shown ones in their order, then the others."""
    others = {
        name: field
        for name, field in reading.shown(entity).items()
        if name not in columns
        and field.type.relation != "lines"
        and name not in ("id", "version", "deleted_at", "head", "position")
    }
    entries = [
        _entry(reader, entity, path, field, totals, shown=True) for path, field in columns.items()
    ]
    entries += [
        _entry(reader, entity, path, field, totals, shown=False) for path, field in others.items()
    ]
    return ColumnChooser(
        save_url=bulk_url(entity.name, "columns"),
        reset_url=bulk_url(entity.name, "columns/reset"),
        entries=tuple(entries),
        hidden=state.hidden(),
        shown_count=len(columns),
    )


def _entry(
    reader: Reader,
    entity: EntityModel,
    path: str,
    field: FieldModel,
    totals: Mapping[str, str],
    *,
    shown: bool,
) -> ChooserEntry:
    chosen = totals.get(path, "")
    choices: tuple[Choice, ...] = ()
    if field.type.numeric:
        choices = (Choice(value="", label=reader.t("list.no_total"), selected=not chosen),) + tuple(
            Choice(value=each, label=reader.t(f"total.{each}"), selected=each == chosen)
            for each in FUNCTIONS
        )
    return ChooserEntry(
        path=path,
        label=reader.path_label(entity, path),
        shown=shown,
        pinned=path == entity.definition.title,
        total=chosen,
        totals=choices,
    )


def totals_row(
    reader: Reader,
    columns: Mapping[str, FieldModel],
    functions: Mapping[str, str],
    values: Mapping[str, object],
) -> tuple[Total, ...]:
    """Return what stands under each column; nothing when no column has a total."""
    if not values:
        return ()
    return tuple(
        Total(
            function=reader.t(f"total.{functions[path]}"),
            text=_total_text(reader, field, functions[path], values[path]),
        )
        if path in values
        else Total()
        for path, field in columns.items()
    )


def _total_text(reader: Reader, field: FieldModel, function: str, value: object) -> str:
    if value is None:
        return ""
    if function == "count":
        return reader.locale.number(int(str(value)))
    try:
        return cell_of(reader, field, field.parse(value, reader.context)).text
    except (CardwrightError, ValueError):
        return str(value)
