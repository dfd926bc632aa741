"""The four places of a record on a phone: what it is called, its figure, where it stands, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.cells import Cell
from cardwright_platform.views.lists import PhoneRow
from cardwright_platform.web.presenting.stages import is_told_by_path


def phone_row(
    entity: EntityModel, paths: Sequence[str], cells: Sequence[Cell], title: str
) -> PhoneRow:
    """Return the four places of a row on a phone."""
    by_path = dict(zip(paths, cells, strict=True))
    rest = [path for path in paths[1:] if by_path[path].text]
    pills = [path for path in rest if by_path[path].template in ("pill", "pills")]
    figures = [path for path in rest if by_path[path].template in ("money", "number", "percent")]
    lead = _lead_of(entity, by_path) or (figures[0] if figures else "")
    tail = entity.definition.list.tail or next(
        (path for path in rest if by_path[path].template in ("date", "datetime")), ""
    )
    # Where the record stands, before whatever else is chosen from a few.
    pills.sort(
        key=lambda path: path not in entity.fields or not is_told_by_path(entity.fields[path])
    )
    state = next((path for path in pills if path not in (lead, tail)), "")
    free = [path for path in rest if path not in (lead, tail, state)]
    # A yes or no says nothing without the head of its column.
    free = [path for path in free if by_path[path].template != "boolean"]
    # What a record is known by beside its title: the customer of an order before its day.
    named = (path for path in entity.definition.subtitle if path in free)
    second = next((path for path in named if by_path[path].template == "link"), "")
    return PhoneRow(
        title=title,
        lead=by_path.get(lead),
        state=by_path.get(state),
        second=by_path.get(second or (free[0] if free else "")),
        tail=by_path.get(tail),
    )


def _lead_of(entity: EntityModel, by_path: Mapping[str, Cell]) -> str:
    """Return the figure that the list names; of several the first that is not nought."""
    said = [path for path in entity.definition.list.lead if path in by_path]
    telling = (path for path in said if by_path[path].text and by_path[path].tone != "zero")
    return next(telling, said[0] if said else "")
