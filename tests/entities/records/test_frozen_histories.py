"""Random histories of documents among changes of formulas, prices and rates: what is closed stays.

``CARDWRIGHT_HISTORIES`` says how many; ``make soak`` asks for 10,000.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import copytree

from installation import PACKS, Installation, build_installation
from sqlalchemy import select

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.records.sampling import differences_of

HISTORIES = int(os.environ.get("CARDWRIGHT_HISTORIES", "60"))
#: Histories between two changes of the definitions.
_A_TURN = min(250, HISTORIES // 3)
#: The world grows with the histories: a price is asked by a few documents, a rate by some twenty,
#: however many there are, so that each change costs the same and each document meets as many.
PRODUCTS = max(40, HISTORIES)
CURRENCIES = max(2, HISTORIES // 20)

_PRODUCT = "  product: {type: link, to: product, label: {zh: 产品, en: Product}}"

Row = dict[str, object]


class History:
    """One document and what becomes of it; what is refused changes nothing."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        rows = [{"product": self._any(), "quantity": chance.randint(1, 9)} for _ in range(2)]
        raw = {"product": self._any(), "currency": chance.randint(1, CURRENCIES), "worth": 100}
        self.slip = desk.records.create("slip", raw | {"day": self._day(), "rows": rows}).id

    def go_on(self) -> None:
        """Do a few random things, and mostly close the document between them."""
        for _ in range(self.chance.randint(2, 6)):
            step = self.chance.choice(_STEPS)
            with suppress(CardwrightError), self.desk.session.savepoint():
                step(self)

    def edit(self) -> None:
        row = self.desk.record("slip", self.slip).lines["rows"][0].id
        raw = {"factor": self.chance.randint(1, 5), "rows": [{"id": row, "quantity": 3}]}
        self._update("slip", self.slip, raw)

    def pay(self) -> None:
        raw = {"slip": self.slip, "amount": self.chance.randint(1, 50)}
        self.desk.records.create("payment", raw)

    def reprice(self) -> None:
        product, price = self._any(), self.chance.randint(1, 99)
        raw = {"price": price, "kind": self.chance.choice("ab"), "name": f"笔 {price}"}
        self._update("product", product, raw)

    def change_rate(self) -> None:
        currency = self.chance.randint(1, CURRENCIES)
        rates = self.desk.record("money_kind", currency).lines["rates"]
        line = {"id": rates[0].id, "rate": f"{self.chance.randint(1, 900) / 100:.2f}"}
        self._update("money_kind", currency, {"rates": [line]})

    def close(self) -> None:
        self._update("slip", self.slip, {"stage": "done"})

    def open(self) -> None:
        self._update("slip", self.slip, {"stage": "draft"})

    def _update(self, entity: str, record: int, raw: Row) -> None:
        self.desk.records.update(entity, record, raw, None)

    def _any(self) -> int:
        return self.chance.randint(1, PRODUCTS)

    def _day(self) -> str:
        return f"2026-0{self.chance.randint(1, 9)}-15"


_STEPS: tuple[Callable[[History], None], ...] = (
    History.edit,
    History.pay,
    History.reprice,
    History.change_rate,
    History.close,
    History.close,
    History.close,
    History.open,
)


def test_no_history_changes_a_value_of_a_closed_document(store_url: str, tmp_path: Path) -> None:
    pack = copytree(PACKS / "till", tmp_path / "till")
    text = (pack / "entities.yaml").read_text("utf-8")
    begun = text.replace(
        f"features: {{currency: false}}\nfields:\n{_PRODUCT}\n  factor",
        f"fields:\n  worth: {{type: money}}\n  day: {{type: date}}\n{_PRODUCT}\n  factor",
    )
    assert begun != text
    (pack / "entities.yaml").write_text(begun, "utf-8")
    till = build_installation(store_url, pack)
    _prepare(till)
    chance = random.Random(2026)
    kept: dict[tuple[str, int], Row] = {}
    for turn in range(1, max(3, HISTORIES // _A_TURN) + 1):
        for _ in range(_A_TURN):
            with till.engine.write(till.system()) as desk:
                history = History(desk, chance)
                history.go_on()
        closed = _closed(till)
        assert {key: closed.get(key) for key in kept} == kept
        kept = closed
        (pack / "entities.yaml").write_text(_changed(begun, turn), "utf-8")
        till.install(pack)
        assert _closed(till) == kept
    with till.engine.read(till.system()) as desk:
        assert differences_of(desk.records) == []
    print(f"{HISTORIES} histories, {len(kept)} rows frozen, 0 differences")
    assert len(kept) > HISTORIES // 3
    till.store.close()


def _prepare(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        desk.records.create_many(
            "product",
            [{"name": f"笔 {n}", "price": n % 40, "kind": "a"} for n in range(PRODUCTS)],
        )
        rates = [{"since": "2026-01-01", "rate": "7.1"}]
        desk.records.create_many(
            "money_kind", [{"name": f"币 {n}", "rates": rates} for n in range(CURRENCIES)]
        )


def _changed(text: str, turn: int) -> str:
    """Return the definitions with other formulas."""
    text = text.replace('"total * factor - paid', f'"{turn} + total * factor - paid')
    text = text.replace('"quantity * product.price', f'"{turn} + quantity * product.price')
    text = text.replace('"total + product.twice"', f'"total * {turn} + product.twice"')
    text = text.replace('"price * 2"', f'"price * {turn + 2}"')
    aggregate = ("max", "min", "sum")[turn % 3]
    return text.replace("sum: amount, label: {zh: 合计", f"{aggregate}: amount, label: {{zh: 合计")


def _closed(till: Installation) -> dict[tuple[str, int], Row]:
    """Return the rows of closed documents and of their lines, as they are stored."""
    with till.store.read(till.system(), timeout=600) as session:
        model = till.engine.desk(session, till.system()).model
        slip, line = (model.entity(name).table for name in ("slip", "slip_row"))
        of_slips = select(slip).where(slip.c["frozen_at"].is_not(None))
        heads = of_slips.with_only_columns(slip.c["id"])
        of_lines = select(line).where(line.c["head"].in_(heads))
        return {
            (name, int(row["id"])): dict(row)
            for name, statement in (("slip", of_slips), ("slip_row", of_lines))
            for row in session.execute(statement).mappings()
        }
