"""Small packs written in place, and a store on each engine to apply them to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from installation import make_platform_tables

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.tables import EntityTables, build_tables
from cardwright_entities.changes.working import Archive
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import load_pack


class Bench:
    """A store with what is needed to plan and apply packs on it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.types = FieldTypes(BUILTIN_FIELD_TYPES)
        self.context = Context(SYSTEM, datetime.now(UTC))

    def catalog(self, definitions: str) -> Catalog:
        """Build the catalog of one pack with these documents."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "pack.yaml").write_text("kind: pack\nname: shop\n", encoding="utf-8")
        (self.folder / "all.yaml").write_text(definitions, encoding="utf-8")
        return build_catalog([load_pack(self.folder)], self.types)

    def tables(self, entity: str = "customer") -> EntityTables:
        """Return the tables of an entity as the definitions in use want them."""
        with self.store.read(self.context) as session:
            _, catalog = load_active(session)
        return build_tables(catalog.entity(entity), catalog, self.types, self.store.dialect)

    def plan(self, definitions: str, *, accepted: Collection[str] = ()) -> Plan:
        """Plan the pack."""
        wanted = self.catalog(definitions)
        return make_plan(self.store, self.context, self.types, wanted, accepted=accepted)

    def apply(self, definitions: str) -> int:
        """Plan and apply the pack."""
        return self.apply_plan(self.plan(definitions))

    def apply_plan(self, plan: Plan, archive: Archive | None = None) -> int:
        """Apply a plan; ``archive`` writes what it purges."""
        words = {"author": "tester", "reason": "because"}
        return apply(self.store, self.context, self.types, plan, **words, archive=archive)


@pytest.fixture
def bench(store_url: str, tmp_path: Path) -> Iterator[Bench]:
    make_platform_tables(store_url)
    store = Store(store_url)
    yield Bench(store, tmp_path / "pack")
    store.close()


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[[str], Bench]]:
    opened: list[Store] = []

    def make(url: str) -> Bench:
        opened.append(Store(url))
        return Bench(opened[-1], tmp_path / "pack")

    yield make
    for store in opened:
        store.close()
