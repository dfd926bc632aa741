"""A record's phones, addresses and sites → what one presses to reach it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RecordView
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader

_ICONS: Mapping[str, str] = MappingProxyType({"phone": "phone", "email": "mail", "url": "world"})
_MOST = 4


def contact_actions(reader: Reader, entity: EntityModel, record: RecordView) -> tuple[Action, ...]:
    """Return the ways to reach whom a record is about, in the order of its card."""
    actions: list[Action] = []
    # The card says what matters first: the company's phone before that of its invoices.
    placed = [
        name
        for tab in entity.definition.card.tabs
        for section in tab.sections
        for name in section.fields
    ]
    for name in dict.fromkeys([*placed, *entity.fields]):
        field = entity.fields.get(name)
        if field is not None and field.type.cell in _ICONS and name in record.values:
            cell = cell_of(reader, field, record.values[name])
            if cell.href and len(actions) < _MOST:
                label = reader.field_label(field)
                actions.append(Action(label=label, url=cell.href, icon=_ICONS[field.type.cell]))
    return tuple(actions)
