"""Installations of the bundled packs and of the example, empty, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from originals import make_alike

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.engine import Engine
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.model import Models
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

ROOT = Path(__file__).parents[3]
PACKS = ROOT / "metadata" / "cardwright_metadata" / "packs"
CONTEXT = Context(principal=SYSTEM, now=datetime(2025, 11, 20, 4, tzinfo=UTC))
INSTALLATIONS = {
    "bundled": (PACKS / "base", PACKS / "crm", PACKS / "sales"),
    "northwind": (ROOT / "examples" / "northwind" / "pack",),
}


@pytest.fixture
def context() -> Context:
    return CONTEXT


@pytest.fixture(params=INSTALLATIONS)
def installation(request: pytest.FixtureRequest, store_url: str) -> Iterator[Engine]:
    """An installation with the packs applied, after which a second plan has been empty."""
    make_alike(store_url, request.param, lambda: _install(store_url, request.param))
    store, types = Store(store_url), FieldTypes(BUILTIN_FIELD_TYPES)
    yield Engine(store, Models(types), b"secret of this test")
    store.close()


def _install(url: str, name: str) -> None:
    store, types = Store(url), FieldTypes(BUILTIN_FIELD_TYPES)
    store.upgrade(CONTEXT)
    wanted = build_catalog([load_pack(folder) for folder in INSTALLATIONS[name]], types)
    plan = make_plan(store, CONTEXT, types, wanted)
    apply(store, CONTEXT, types, plan, author="test", reason="first start")
    assert make_plan(store, CONTEXT, types, wanted).is_empty
    store.close()
