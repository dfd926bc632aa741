"""Rules of duplicates whose fields cannot be compared: said before anything is applied."""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.problems import Finding


def unmatched(catalog: Catalog, types: FieldTypes) -> Iterator[Finding]:
    """Yield the fields that no rule of duplicates may look at."""
    for entity in catalog.entities.values():
        for rule in entity.duplicates.values():
            for name in rule.match:
                field = entity.fields.get(name)
                if field is None or types.of(field).matches:
                    continue
                yield Finding(
                    address=f"entity/{entity.name}",
                    path=("duplicates", rule.name, "match"),
                    code="cannot_match",
                    message=f"No rule of duplicates compares fields of type {field.type}.",
                    found=name,
                    expected="a text, code, phone, email, link, choice, day or whole number",
                )
