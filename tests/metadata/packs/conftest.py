"""The bundled packs and their catalog, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack, load_pack

ROOT = Path(__file__).parents[3]
PACKS = ROOT / "metadata" / "cardwright_metadata" / "packs"


@pytest.fixture(scope="session")
def bundled_packs() -> tuple[Pack, ...]:
    return tuple(load_pack(folder.parent) for folder in sorted(PACKS.glob("*/pack.yaml")))


@pytest.fixture(scope="session")
def field_types() -> FieldTypes:
    return FieldTypes(BUILTIN_FIELD_TYPES)


@pytest.fixture(scope="session")
def bundled_catalog(bundled_packs: tuple[Pack, ...], field_types: FieldTypes) -> Catalog:
    return build_catalog(bundled_packs, field_types)
