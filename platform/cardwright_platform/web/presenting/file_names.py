"""What the files are called that a page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cardwright_entities.engine import Desk
from cardwright_entities.files.register import names_of
from cardwright_entities.model.entities import FieldModel
from cardwright_platform.web.presenting.cells import FILES

Names = dict[tuple[str, int], str]


def file_names(
    desk: Desk, fields: Mapping[str, FieldModel], rows: Iterable[Mapping[str, object]]
) -> Names:
    """Return the names of the files in the values of some records, as titles of a page."""
    holding = {name: field.type for name, field in fields.items() if field.type.holds_file}
    if not holding:
        return {}
    files = sorted(
        {
            file
            for row in rows
            for name, kind in holding.items()
            for file in kind.files_of(row.get(name))
        }
    )
    return {(FILES, file): name for file, name in names_of(desk.session, files).items()}
