"""Values that do not convert are told with the rights of whoever reads them, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from installation import Installation, open_installation

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.conversion_rows import list_rejects
from cardwright_entities.changes.kept_plans import keep_plan, read_plan
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.engine import Desk
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

PACK = """\
kind: pack
name: stores
label: {zh: 仓库, en: Stores}
---
kind: entity
name: part
label: {zh: 零件, en: Part}
fields:
  name: {type: text}
  area: {type: text}
  of: {type: link, to: part}
  size: {type: text}
title: name
---
kind: role
name: keeper
features: [define_objects]
grants: {part: {actions: [read]}}
---
kind: role
name: blind
features: [define_objects]
grants: {part: {actions: [read], hidden: [size]}}
---
kind: role
name: northern
features: [define_objects]
grants: {part: {actions: [read], rows: "area = 'north'"}}
---
kind: role
name: stranger
features: [define_objects]
grants: {}
"""
LONG = "wide\n" + "e" * 80
SHOWN = "wide " + "e" * 54 + "…"
#: The pump is a part of the one before it; the last one goes to the recycle bin.
PARTS = (
    ("Valve", "south", LONG),
    ("Pump", "north", "big"),
    ("Pipe", "north", "12"),
    ("Gone", "north", "gone"),
)
EVERYTHING = {"Valve": SHOWN, "Pump": "big", "Gone": "gone"}
#: By role; the operator has none.
TOLD: dict[str, dict[str, str]] = {
    "": EVERYTHING,
    "keeper": EVERYTHING,
    "northern": {"Pump": "big", "Gone": "gone"},
    "blind": {},
    "stranger": {},
}


@dataclass(frozen=True)
class Stores:
    """An installation with sizes in words, and the pack that it has."""

    installation: Installation
    folder: Path

    def plan(self, *changes: tuple[str, str]) -> Plan:
        """Plan the pack with some of its text replaced, and keep the plan as the server does."""
        file = self.folder / "pack.yaml"
        for old, new in changes:
            file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
        here = self.installation
        catalog = build_catalog([load_pack(self.folder)], here.types.catalogue())
        plan = make_plan(here.store, here.system(), here.types, catalog, accepted=("convert",))
        with here.store.write(here.system()) as session:
            return read_plan(session, keep_plan(session, plan).id).plan

    def apply(self, plan: Plan) -> int:
        """Apply a plan."""
        here = self.installation
        return apply(here.store, here.system(), here.types, plan, author="me", reason="sizes")

    def planned(self, plan: Plan, role: str) -> dict[str, str]:
        """Return title and value of every record that a plan names for a role."""
        with self._desk(role) as desk:
            former = desk.former_values
            found = [told for each in plan.offences for told in former.of_plan(plan, each)]
            return {each.title: each.value for each in found}

    def committed(self, commit: int, role: str) -> dict[str, str]:
        """Return title and value of every record that a commit names for a role."""
        with self._desk(role) as desk:
            found = desk.former_values.of_commit(list_rejects(desk.session, commit))
            return {each.title: each.value for each in found if each is not None}

    def _desk(self, role: str) -> AbstractContextManager[Desk]:
        here = self.installation
        return here.engine.read(here.acting(role) if role else here.system())


@pytest.fixture
def stores(store_url: str, tmp_path: Path) -> Iterator[Stores]:
    folder = tmp_path / "stores"
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    installation = open_installation(store_url)
    installation.store.upgrade(installation.system())
    installation.install(folder)
    with installation.engine.write(installation.system()) as desk:
        made: list[int] = []
        for name, area, size in PARTS:
            values = {"name": name, "area": area, "size": size}
            values |= {"of": made[-1]} if name == "Pump" else {}
            made.append(desk.records.create("part", values).id)
        desk.records.delete("part", made[-1])
    yield Stores(installation, folder)
    installation.store.close()


def test_a_plan_and_its_commit_tell_values_to_whoever_may_read_them(stores: Stores) -> None:
    plan = stores.plan(
        ("size: {type: text}", "length: {type: integer, was: size}"), ("[size]", "[length]")
    )
    assert [each.count for each in plan.offences] == [3]
    assert {role: stores.planned(plan, role) for role in TOLD} == TOLD
    commit = stores.apply(plan)
    assert {role: stores.committed(commit, role) for role in TOLD} == TOLD


def test_a_field_that_is_hidden_since_hides_what_it_held(stores: Stores) -> None:
    commit = stores.apply(stores.plan(("size: {type: text}", "size: {type: integer}")))
    assert stores.committed(commit, "keeper") == EVERYTHING
    stores.apply(stores.plan(("{actions: [read]}", "{actions: [read], hidden: [size]}")))
    assert stores.committed(commit, "keeper") == {}


def test_what_is_told_of_a_link_is_a_title_that_its_reader_may_see(stores: Stores) -> None:
    plan = stores.plan(("of: {type: link, to: part}", "of: {type: text, max_length: 2}"))
    assert stores.planned(plan, "keeper") == {"Pump": "Valve"}
    assert stores.planned(plan, "northern") == {"Pump": ""}
    commit = stores.apply(plan)
    assert stores.committed(commit, "keeper") == {"Pump": "Valve"}
    assert stores.committed(commit, "northern") == {"Pump": ""}


def test_a_field_that_is_gone_is_told_to_the_operator_alone(stores: Stores) -> None:
    commit = stores.apply(stores.plan(("size: {type: text}", "size: {type: integer}")))
    stores.apply(stores.plan(("  size: {type: integer}\n", ""), (", hidden: [size]", "")))
    assert stores.committed(commit, "keeper") == {}
    assert stores.committed(commit, "") == EVERYTHING


def test_a_field_that_comes_back_names_nobody_while_it_is_gone(stores: Stores) -> None:
    stores.apply(stores.plan(("  size: {type: text}\n", ""), (", hidden: [size]", "")))
    plan = stores.plan(
        ("  area: {type: text}\n", "  area: {type: text}\n  size: {type: integer}\n")
    )
    assert [each.count for each in plan.offences] == [3]
    assert stores.planned(plan, "keeper") == {}
    assert stores.planned(plan, "") == dict.fromkeys(EVERYTHING, "")
