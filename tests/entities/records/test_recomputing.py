"""After a definition changed every stored value is computed by the new one, each record once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from installation import Installation, build_installation
from sqlalchemy import func, select

from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.recomputing import PYTHON_BATCH
from cardwright_entities.records.sampling import differences_of

PACK = """\
kind: pack
name: goods
label: 货
language: 1
---
kind: entity
name: good
label: 货
fields:
  name:   {type: text}
  number: {type: decimal}
  twice:  {type: formula, returns: decimal, stored: true, formula: "number * 2"}
  after:  {type: formula, returns: decimal, stored: true, formula: "twice + 1"}
  word:   {type: formula, returns: text, stored: true, formula: "concat(name, '!')"}
  parts:  {type: lines, of: part}
---
kind: entity
name: part
label: 件
owner: good
fields:
  weight: {type: decimal}
"""


def _install(folder: Path, text: str, installation: Installation | None, url: str) -> Installation:
    (folder / "pack.yaml").write_text(text, "utf-8")
    if installation is None:
        return build_installation(url, folder)
    installation.install(folder)
    return installation


def _values(goods: Installation, *names: str) -> list[tuple[object, ...]]:
    with goods.engine.read(goods.system()) as desk:
        page = desk.page(PageRequest(entity="good", columns=("id", *names)))
        found = sorted(page.rows, key=lambda row: str(row.values["id"]))
        return [tuple(row.values[name] for name in names) for row in found]


def test_what_stands_behind_a_formula_that_changed_follows_it(
    store_url: str, tmp_path: Path
) -> None:
    goods = _install(tmp_path, PACK, None, store_url)
    with goods.engine.write(goods.system()) as desk:
        for number in (1, 2):
            parts = [{"weight": number}, {"weight": "0.5"}]
            raw = {"name": "甲", "number": number, "parts": parts}
            desk.records.create("good", raw)
    changed = PACK.replace("number * 2", "number / 3").replace("'!'", "'?'")
    changed = changed.replace(
        "  parts:", "  heavy: {type: rollup, of: parts, sum: weight}\n  parts:"
    )
    _install(tmp_path, changed, goods, store_url)
    assert _values(goods, "twice", "after", "word", "heavy") == [
        (Decimal("0.3333"), Decimal("1.3333"), "甲?", Decimal("1.5")),
        (Decimal("0.6667"), Decimal("1.6667"), "甲?", Decimal("2.5")),
    ]
    with goods.engine.read(goods.system()) as desk:
        assert differences_of(desk.records) == []
    assert goods.engine.recompute_changed(goods.system()) == []
    goods.store.close()


def test_a_value_that_does_not_fit_keeps_the_others_from_nothing(
    store_url: str, tmp_path: Path
) -> None:
    goods = _install(tmp_path, PACK, None, store_url)
    with goods.engine.write(goods.system()) as desk:
        for number in ("1", "9999999999", "3"):
            desk.records.create("good", {"number": number})
    _install(tmp_path, PACK.replace("number * 2", "number * 100000"), goods, store_url)
    assert [row[0] for row in _values(goods, "twice")] == [
        Decimal(100000),
        Decimal(19999999998),
        Decimal(300000),
    ]
    found = goods.engine.check_values(goods.system())
    assert {each.entity: len(each.differences) for each in found} == {"good": 1}
    goods.store.close()


def test_records_of_many_transactions_are_each_computed_once(
    store_url: str, tmp_path: Path
) -> None:
    goods = _install(tmp_path, PACK, None, store_url)
    number = 2 * PYTHON_BATCH + 1
    with goods.engine.write(goods.system()) as desk:
        table = desk.model.entity("good").table
        # Far apart: ids that nobody has cost no transaction.
        rows = [{"id": 1 + each * 1_000, "version": 1, "name": "甲"} for each in range(number)]
        desk.session.insert_many(table, rows)
    _install(tmp_path, PACK.replace("'!'", "'?'"), goods, store_url)
    with goods.engine.read(goods.system()) as desk:
        table = desk.model.entity("good").table
        words = desk.session.rows(select(table.c["word"], func.count()).group_by(table.c["word"]))
    assert [tuple(each) for each in words] == [("甲?", number)]
    goods.store.close()
