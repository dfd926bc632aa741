"""What a record of a page is called, as far as its reader sees it."""

from __future__ import annotations

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.columns import shown_field
from cardwright_platform.web.presenting.reader import Reader


def title_of_row(desk: Desk, reader: Reader, entity: EntityModel, row: RowOfPage) -> str:
    """Return the title of a record, empty where the reader sees none."""
    name = entity.definition.title
    field = shown_field(desk.reading, entity, name)
    return "" if field is None else cell_of(reader, field, row.values.get(name)).text
