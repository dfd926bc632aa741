"""Which columns, totals and widths a list has: those of the open view, or as somebody likes them.

A view of one's own keeps its columns itself. On a pack's query, on a view that others share, and
on the list of everything they are a personal preference, one for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.preferences import read_preference, write_preference
from cardwright_entities.saved_views.bodies import Body, read_columns, read_totals
from cardwright_entities.saved_views.changing import Keeping
from cardwright_entities.saved_views.resolving import OWN, View, may_change
from cardwright_metadata.definitions.lists import ColumnDefinition

#: Views for which somebody may have a taste of his own.
_MOST_VIEWS = 100


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a list is laid out; None is as the list is shipped, widths are in characters."""

    columns: Sequence[str] | None = None
    totals: Mapping[str, str] | None = None
    widths: Mapping[str, int] = field(default_factory=dict)
    personal: bool = False  #: otherwise than the open view says

    def definitions(self) -> tuple[ColumnDefinition, ...]:
        """Return the columns with their widths, as a view keeps them."""
        columns = self.columns or ()
        return tuple(ColumnDefinition(path=p, width=self.widths.get(p, 0)) for p in columns)


def read_layout(desk: Desk, entity: EntityModel, view: View | None) -> Layout:
    """Return how a list is laid out for the reader."""
    kept = read_preference(desk.session, f"list/{entity.name}")
    if view is not None:
        if keeps_layout(desk, entity, view):
            return _of_view(view)
        own = _views(kept).get(view.key)
        if own is not None:
            return _of_preference(own, personal=True)
        if view.stored is not None or view.columns:
            return _of_view(view)
    return _of_preference(kept, personal=False)


def keeps_layout(desk: Desk, entity: EntityModel, view: View) -> bool:
    """Tell whether what is chosen in a list goes into the open view itself."""
    stored = view.stored
    own = stored is not None and view.origin == OWN
    return own and stored is not None and may_change(desk.reading, entity, stored)


def keep_layout(
    desk: Desk, entity: EntityModel, view: View | None, layout: Layout | None, *, told: bool = True
) -> None:
    """Keep how a list is laid out; None is as it was shipped, or as the view says.

    ``told``: who else works on the view is told that it is another now; widths are not worth it.
    """
    if view is not None and view.stored is not None and keeps_layout(desk, entity, view):
        wanted = layout or Layout()
        body = Body(columns=wanted.definitions(), totals=wanted.totals)
        Keeping(desk.session, desk.reading).arrange(view.stored.id, body, told=told)
        return
    address = f"list/{entity.name}"
    kept = read_preference(desk.session, address)
    kept = dict(kept) if isinstance(kept, Mapping) else {}
    written = _written(layout)
    if view is None:
        kept = {**({"views": kept["views"]} if kept.get("views") else {}), **(written or {})}
    else:
        views = {key: each for key, each in _views(kept).items() if key != view.key}
        if written is not None and len(views) < _MOST_VIEWS:
            views[view.key] = written
        kept["views"] = views
    write_preference(desk.session, address, {k: v for k, v in kept.items() if v != {}} or None)


def _of_view(view: View) -> Layout:
    return Layout(
        columns=[each.path for each in view.columns] or None,
        totals=view.totals,
        widths={each.path: each.width for each in view.columns if each.width},
    )


def _of_preference(kept: object, *, personal: bool) -> Layout:
    """Return a stored preference, checked: it may be older than the version that reads it."""
    if not isinstance(kept, Mapping):
        return Layout(personal=personal)
    widths = kept.get("widths")
    widths = widths if isinstance(widths, Mapping) else {}
    columns = kept.get("columns")
    found: tuple[ColumnDefinition, ...] = ()
    if isinstance(columns, list):
        found = read_columns([{"path": each, "width": widths.get(str(each))} for each in columns])
    return Layout(
        columns=[each.path for each in found] or None,
        totals=read_totals(kept.get("totals")),
        widths={each.path: each.width for each in found if each.width},
        personal=personal,
    )


def _views(kept: object) -> Mapping[str, Any]:
    views = kept.get("views") if isinstance(kept, Mapping) else None
    return views if isinstance(views, Mapping) else {}


def _written(layout: Layout | None) -> dict[str, Any] | None:
    if layout is None:
        return None
    said = {
        "columns": list(layout.columns or ()),
        "totals": None if layout.totals is None else dict(layout.totals),
        "widths": dict(layout.widths),
    }
    return {name: value for name, value in said.items() if value is not None and value != {}}
