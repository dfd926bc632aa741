"""``python tests/bench/kept_values.py``: what stored computed values cost, on either engine.

Saving an order of 100 and of 1,000 lines with 10 formulas and 5 rollups, and computing a formula
anew for many records beside the bare UPDATE by hand. ``ROWS`` says how many records.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from installation import Installation, build_installation

ROWS = int(os.environ.get("ROWS", "1000000"))
TURNS = 5

_LINE = """\
kind: entity
name: order_line
owner: order
label: {zh: 明细, en: Line}
fields:
  quantity: {type: decimal, label: {zh: 数量, en: Quantity}}
  price:    {type: decimal, label: {zh: 单价, en: Price}}
"""
_ORDER = """\
kind: entity
name: order
family: document
title: id
label: {zh: 订单, en: Order}
fields:
  lines: {type: lines, of: order_line, label: {zh: 明细, en: Lines}}
"""
_STOCK = """\
kind: entity
name: stock
title: id
features: {history: false}
label: {zh: 库存, en: Stock}
fields:
  quantity: {type: decimal, label: {zh: 数量, en: Quantity}}
  price:    {type: decimal, label: {zh: 单价, en: Price}}
  worth:    {type: formula, returns: decimal, stored: true, formula: "FORMULA"}
"""


def main() -> int:
    """Print one table for each address in ``DATABASES``, for a SQLite file without any."""
    with tempfile.TemporaryDirectory(prefix="cardwright-kept-") as name:
        addresses = os.environ.get("DATABASES", f"sqlite:///{name}/kept.db").split()
        for address in addresses:
            _measure(address, Path(name) / "pack")
    return 0


def _measure(address: str, pack: Path) -> None:
    pack.mkdir(exist_ok=True)
    _write(pack, "round(quantity * price, 2)")
    world = build_installation(address, pack)
    print(f"\n| {world.store.dialect} | |\n|---|---|")
    for number in (100, 1_000):
        _save_orders(world, number)
    _recompute(world, pack)
    world.store.close()


def _write(pack: Path, formula: str, turn: int = 0) -> None:
    (pack / "pack.yaml").write_text("kind: pack\nname: kept\nlabel: 值\nlanguage: 1\n", "utf-8")
    line = _LINE + "".join(
        f"  f{n}: {{type: formula, returns: decimal, stored: true, "
        f'formula: "round(quantity * price * {n + 1}, 2)", label: F{n}}}\n'
        for n in range(10)
    )
    order = _ORDER + "".join(
        f"  r{n}: {{type: rollup, of: lines, sum: f{n}, label: R{n}}}\n" for n in range(5)
    )
    formulas = {
        "stock": formula,
        "shelf": "quantity * price",
        "nothing": f"quantity * price + {turn}",
    }
    stocks = [
        _STOCK.replace("name: stock", f"name: {name}").replace("FORMULA", each)
        for name, each in formulas.items()
    ]
    (pack / "all.yaml").write_text("---\n".join((order, line, *stocks)), "utf-8")


def _save_orders(world: Installation, number: int) -> None:
    lines = [{"quantity": 1 + each % 7, "price": "1.25"} for each in range(number)]
    made: list[float] = []
    changed: list[float] = []
    for _ in range(5):
        with world.engine.write(world.system()) as desk:
            begun, before = time.perf_counter(), desk.session.statements
            order = desk.records.create("order", {"lines": lines}).id
            made.append(time.perf_counter() - begun)
            first = desk.session.statements - before
        with world.engine.write(world.system()) as desk:
            stored = desk.record("order", order).lines["lines"]
            sent = [{"id": each.id, "quantity": 9} for each in stored]
            begun, before = time.perf_counter(), desk.session.statements
            desk.records.update("order", order, {"lines": sent}, None)
            changed.append(time.perf_counter() - begun)
            second = desk.session.statements - before
    for what, times, statements in (("new", made, first), ("changed", changed, second)):
        median = statistics.median(times) * 1_000
        print(f"| order of {number} lines, all {what} | {median:.0f} ms, {statements} statements |")


def _recompute(world: Installation, pack: Path) -> None:
    """Ours on one table and the UPDATE by hand on its twin, in turns, each after a vacuum."""
    names = [_fill(world, each) for each in ("stock", "shelf")]
    scaled = "quantity * price / 10000 + 10000 * {}"
    by_hand = "quantity * price + {}" if world.store.dialect == "postgresql" else scaled
    ours: list[float] = []
    bare: list[float] = []
    empty: list[float] = []
    for turn in range(1, TURNS + 1):
        _write(pack, f"quantity * price + {turn}", turn - 1)
        works = [lambda: world.install(pack), lambda n=turn: _by_hand(world, names[1], by_hand, n)]
        for times, work in list(zip((ours, bare), works, strict=True))[:: 1 if turn % 2 else -1]:
            _tidy(world)
            times.append(_timed(work))
        _write(pack, f"quantity * price + {turn}", turn)
        empty.append(_timed(works[0]))
    said = f"{ROWS:,} records, formula changed (plan, apply, values)"
    for what, times in (
        (said, ours),
        ("bare UPDATE by hand", bare),
        ("formula of an entity without records changed", empty),
    ):
        told = ", ".join(f"{each:.2f}" for each in times)
        print(f"| {what} | {statistics.median(times):.2f} s ({told}) |")
    ratios = [mine / other for mine, other in zip(ours, bare, strict=True)]
    told = ", ".join(f"{each:.2f}" for each in ratios)
    print(f"| times | {statistics.median(ratios):.2f} ({told}) |")


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _fill(world: Installation, name: str) -> str:
    with world.store.write(world.system(), timeout=600) as session:
        table = world.engine.desk(session, world.system()).model.entity(name).table
        for start in range(1, ROWS + 1, 50_000):
            rows = [
                {"id": each, "version": 1, "quantity": each % 97, "price": each % 89, "worth": 0}
                for each in range(start, min(start + 50_000, ROWS + 1))
            ]
            session.insert_many(table, rows)
    return str(table.name)


def _by_hand(world: Installation, table: str, value: str, turn: int) -> None:
    with world.store.write(world.system(), timeout=600) as session:
        session.execute(text(f"UPDATE {table} SET worth = {value.format(turn)}"))


def _tidy(world: Installation) -> None:
    if world.store.dialect == "postgresql":
        with world.store.alone() as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


if __name__ == "__main__":
    raise SystemExit(main())
