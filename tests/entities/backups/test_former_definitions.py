"""What former definitions left in the tables comes along, so that changes can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from installation import PACKS
from keepsakes import Kept, fill

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.reverting import make_revert

Places = Callable[[str], Kept]


@pytest.mark.parametrize(("there", "back"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_changed_type_is_taken_back_after_a_restore(
    empty_places: Places, tmp_path: Path, there: str, back: str
) -> None:
    first, second = empty_places(there), empty_places(back)
    pack = tmp_path / "keepsakes"
    shutil.copytree(PACKS / "keepsakes", pack)
    first.installation.store.upgrade(first.system())
    first.installation.install(pack)
    fill(first)
    definitions = pack / "keepsakes.yaml"
    changed = definitions.read_text("utf-8").replace(
        "weight:  {type: decimal, scale: 3,", "weight:  {type: text,"
    )
    definitions.write_text(changed, "utf-8")
    commit = first.installation.install(pack)
    path, manifest = first.back_up()
    (shape,) = [each.shape for each in manifest.tables if each.shape.name == "e_keepsake"]
    kinds = {name: kind for name, kind in shape.columns.items() if name.startswith("weight")}
    assert sorted(kinds.values()) == ["decimal:3", "text"]
    second.restore(path)
    assert weight(second) == "-0.001"
    installation, context = second.installation, second.system()
    found = make_revert(installation.store, context, installation.types, commit)
    apply(installation.store, context, installation.types, found.plan, author="test", reason="test")
    assert weight(second) == Decimal("-0.001")


def weight(kept: Kept) -> object:
    with kept.installation.engine.read(kept.system()) as desk:
        return desk.record("keepsake", 1).values["weight"]
