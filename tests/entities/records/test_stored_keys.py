"""A sort key and search tokens are the same, whether a save writes them or a plan fills them in."""

from __future__ import annotations

from pathlib import Path

import pytest
from installation import build_installation
from sqlalchemy import select, update

from cardwright_entities.changes.filling import fill
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import TOKENS

PACK = "kind: pack\nname: trial\nlabel: 试\nlanguage: 1\n"
PERSON = """\
kind: entity
name: person
label: 人
title: name
fields:
  name:  {type: person_name, sort: true}
  place: {type: text, sort: true}
  size:  {type: picklist, values: {s: 小, l: 大}}
search: {name: 3, place: 1}
"""
NAMES = ["单雄信", "曾国藩", "张三", "Zoë Ünal", "Lot 9", "Lot 12"]


@pytest.mark.parametrize("fills", ["sort", "search"])
def test_a_plan_fills_in_what_a_save_writes(store_url: str, tmp_path: Path, fills: str) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    (tmp_path / "person.yaml").write_text(PERSON, "utf-8")
    installation = build_installation(store_url, tmp_path)
    engine, context = installation.engine, installation.system()
    with engine.write(context) as desk:
        for name in NAMES:
            desk.records.create("person", {"name": name, "place": f"{name}之家"})
        tables = desk.model.entity("person").tables
    keys = (*tables.sort_columns.values(), tables.table.c[TOKENS])
    stored = select(tables.table.c["id"], *keys).order_by(tables.table.c["id"])
    with engine.write(context) as desk:
        written = [tuple(row) for row in desk.session.rows(stored)]
        emptied = [each.name for each in keys if (each.name == TOKENS) == (fills == "search")]
        desk.session.execute(update(tables.table).values(dict.fromkeys(emptied)))
    step = Step(
        kind="fill", target="entity/person", name=",".join(tables.sort_columns), fills=fills
    )
    fill(installation.store, context, tables, installation.types, step)
    with engine.read(context) as desk:
        filled = [tuple(row) for row in desk.session.rows(stored)]
    installation.store.close()
    assert filled == written
    assert all(written[0])
    # As a surname 单 is read Shan and 曾 Zeng; as words they are dan and ceng.
    by_name = sorted(NAMES, key=lambda name: written[NAMES.index(name)][1])
    assert by_name == ["Lot 9", "Lot 12", "Zoë Ünal", "单雄信", "曾国藩", "张三"]
