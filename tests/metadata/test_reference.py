"""The reference pages are written from the schemas and stand in the repository as written."""

from __future__ import annotations

from pathlib import Path

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.reference import kind_page, types_page, write_reference
from cardwright_metadata.schema_files import kinds

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_pages_in_the_repository_are_the_written_ones(tmp_path: Path) -> None:
    written = write_reference(FieldTypes(BUILTIN_FIELD_TYPES).catalogue(), tmp_path)
    for path in written:
        stands = (REFERENCE / path.name).read_text("utf-8")
        assert stands == path.read_text("utf-8"), (
            f"docs/reference/{path.name}: write it anew with `cardwright docs`"
        )


def test_a_page_describes_the_maps_inside() -> None:
    page = kind_page("entity")
    assert "## `card.tabs.<name>.sections.<name>`" in page
    assert "| `grid` | text | A field of type lines, shown as a grid. |" in page


def test_every_field_type_has_its_section() -> None:
    types = FieldTypes(BUILTIN_FIELD_TYPES).catalogue()
    page = types_page(types)
    assert all(f"\n## {name}\n" in page for name in types.names())
    assert all(kind_page(kind).startswith(f"# `{kind}`") for kind in kinds())
