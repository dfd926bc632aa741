"""The heads of a list's columns: what they are called, how wide they are, what their menus do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.saved_views.bodies import FUNCTIONS, MOST_KEYS
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.lists import Column, ColumnMenu, SortLink
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.asked_lists import Asked
from cardwright_platform.web.presenting.columns import WIDTHS
from cardwright_platform.web.presenting.group_keys import group_url
from cardwright_platform.web.presenting.reader import Reader

#: Pixels of a character in the widths that packs and people give.
CHARACTER = 8
#: The width of a title in a list whose columns are all of a width that was chosen.
_TITLE = 240
#: The column of boxes to select by.
_BOX = 40


def column_heads(reader: Reader, entity: EntityModel, asked: Asked) -> tuple[Column, ...]:
    """Return the heads of a list's columns with the addresses that sort by them."""
    columns = asked.columns.items()
    return tuple(_head(reader, entity, path, field, asked, asked.order) for path, field in columns)


def order_label(heads: Sequence[Column]) -> str:
    """Return by what a list is sorted, the first key first."""
    sorted_by = sorted((each for each in heads if each.direction), key=lambda each: each.place)
    return ", ".join(f"{each.label} {_arrow(each.direction)}" for each in sorted_by)


def table_width(heads: Sequence[Column], *, selectable: bool) -> int:
    """Return how wide a table is whose columns are as wide as was chosen."""
    return sum(each.width for each in heads) + (_BOX if selectable else 0)


def _arrow(direction: str) -> str:
    return "↑" if direction == "ascending" else "↓"


def _head(
    reader: Reader,
    entity: EntityModel,
    path: str,
    field: FieldModel,
    asked: Asked,
    sort: Sequence[SortDefinition],
) -> Column:
    keys = [each.path for each in sort]
    place = keys.index(path) if path in keys else -1
    running = sort[place] if place >= 0 else None
    direction = "" if running is None else "descending" if running.descending else "ascending"
    sortable = field.type.sortable and field.type.relation not in ("many", "lines", "any")
    sort_url = ""
    if sortable:
        downwards = not running.descending if running and not place else field.type.numeric
        sort_url = asked.state.sorted_by(path, descending=downwards).url()
    is_title = path == entity.definition.title
    short = entity.title is not None and entity.title.type.computed == "serial"
    named = short and path == next(iter(entity.definition.subtitle), "")
    return Column(
        path=path,
        label=reader.field_label(field),
        numeric=field.type.numeric,
        rank="short" if short and is_title else "long" if named else "",
        width=_width(entity, path, field, asked, shares=is_title or named),
        sort=direction if place == 0 else "",
        direction=direction,
        place=place + 1 if running is not None and len(sort) > 1 else 0,
        sort_url=sort_url,
        unit=reader.text(field.definition.unit),
        title=reader.path_label(entity, path),
        menu=ColumnMenu(
            sorts=tuple(_sorts(reader, path, asked.state, sort)) if sortable else (),
            totals=_totals(reader, path, field, asked),
            group_url=group_url(asked.state, path, field),
            can_hide=not is_title,
        ),
    )


def _width(entity: EntityModel, path: str, field: FieldModel, asked: Asked, *, shares: bool) -> int:
    """Return a width in pixels; 0 shares what is left, where no width was chosen by hand."""
    chosen = asked.layout.widths
    if path in chosen:
        return chosen[path] * CHARACTER
    shipped = (each.width for each in entity.definition.list.columns if each.path == path)
    usual = next(shipped, 0) * CHARACTER or WIDTHS.get(field.type.cell, 150)
    if shares:
        return _TITLE if chosen else 0
    return usual


def _sorts(
    reader: Reader, path: str, state: ListState, sort: Sequence[SortDefinition]
) -> list[SortLink]:
    """Return what the menu offers: this key alone, behind the others, or no more."""
    others = [each for each in sort if each.path != path]
    found = [
        SortLink(
            label=reader.t(f"views.sort_{name}"),
            url=state.sorted_by(path, descending=name == "descending").url(),
            icon=icon,
        )
        for name, icon in (("ascending", "arrow-up"), ("descending", "arrow-down"))
    ]
    if others and len(others) < MOST_KEYS:
        mine = next((each for each in sort if each.path == path), None)
        descending = not mine.descending if mine is not None else False
        key = SortDefinition(path=path, descending=descending)
        keys = [key if each.path == path else each for each in sort] if mine else [*others, key]
        label = "views.sort_turn" if mine else "views.sort_add"
        number = keys.index(key) + 1
        url = state.in_order(keys).url()
        found.append(SortLink(label=reader.t(label, number=number), url=url, icon="arrows-sort"))
    if others and len(others) < len(sort):
        url = state.in_order(others).url()
        found.append(SortLink(label=reader.t("views.sort_leave"), url=url, icon="x"))
    return found


def _totals(reader: Reader, path: str, field: FieldModel, asked: Asked) -> tuple[Choice, ...]:
    if not field.type.numeric:
        return ()
    chosen = asked.totals.get(path, "")
    none = Choice(value="", label=reader.t("list.no_total"), selected=not chosen)
    functions = (Choice(value=each, label=reader.t(f"total.{each}")) for each in FUNCTIONS)
    return (none, *(replace(each, selected=each.value == chosen) for each in functions))
