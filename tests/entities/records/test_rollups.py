"""Stored rollups, and the formulas that follow from them, are always what they would be now."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.records.sampling import differences_of
from cardwright_entities.records.saving import Saved
from cardwright_entities.records.undoing import undo


@pytest.fixture
def till(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "till")
    yield installation
    installation.store.close()


def _value(desk: Desk, entity: str, record: int, name: str) -> object:
    return desk.record(entity, record).values[name]


def test_a_chain_of_values_follows_what_changes_below(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        house = desk.records.create("house", {"name": "甲"}).id
        contract = desk.records.create("contract", {"name": "A", "house": house, "total": "10"}).id
        ticket = desk.records.create("ticket", {"contract": contract, "hours": "1.5"})
        assert _value(desk, "contract", contract, "used") == 3
        assert _value(desk, "contract", contract, "rest") == 7
        assert _value(desk, "house", house, "open") == 7
        # What lies behind the link of a ticket is read by the rollup over tickets.
        desk.records.update("contract", contract, {"measure": "times"}, 1)
        assert _value(desk, "house", house, "open") == 9
        undo(desk.records, ticket.change_set)
        assert _value(desk, "house", house, "open") == 10


def test_a_value_that_is_kept_leaves_the_version_alone(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        contract = desk.records.create("contract", {"name": "A"}).id
        desk.records.create("ticket", {"contract": contract, "hours": "2"})
        desk.records.update("contract", contract, {"name": "B"}, 1)
        assert _value(desk, "contract", contract, "hours") == 2


def test_a_record_that_moves_leaves_one_sum_and_joins_another(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        one = desk.records.create("contract", {"name": "A"}).id
        two = desk.records.create("contract", {"name": "B"}).id
        ticket = desk.records.create("ticket", {"contract": one, "hours": "2"}).id
        desk.records.update("ticket", ticket, {"contract": two}, 1)
        assert _value(desk, "contract", one, "hours") == 0
        assert _value(desk, "contract", two, "hours") == 2
        assert _value(desk, "contract", one, "mean") is None


def test_many_records_move_a_sum_on_by_the_difference(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        contract = desk.records.create("contract", {"name": "A"}).id
        raws = [{"contract": contract, "hours": "1.25"} for _ in range(1_005)]
        saved = desk.records.create_many("ticket", raws)
        assert _value(desk, "contract", contract, "hours") == Decimal("1256.25")
        desk.records.update("ticket", saved[0].id, {"hours": "3"}, 1)  # type: ignore[union-attr]  # it was saved
        desk.records.create("ticket", {"contract": contract, "hours": "0.5"})
        desk.records.delete("ticket", saved[1].id)  # type: ignore[union-attr]  # it was saved
        assert _value(desk, "contract", contract, "hours") == Decimal("1257.25")
        assert _value(desk, "contract", contract, "number") == 1_004
        assert differences_of(desk.records) == []


def test_a_reader_sees_the_sum_of_what_he_may_read(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        contract = desk.records.create("contract", {"name": "A"}).id
        desk.records.create("ticket", {"contract": contract, "hours": "2"})
        desk.records.create("ticket", {"contract": contract, "hours": "3"})
    with till.engine.read(till.acting("half")) as desk:
        seen = desk.record("contract", contract).values
        assert (seen["seen"], seen["hours"]) == (3, 5)


def test_amounts_in_several_currencies_are_added_by_their_worth(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        house = desk.records.create("house", {"name": "甲"}).id
        dollar = desk.records.create(
            "money_kind", {"name": "USD", "rates": [{"since": "2020-01-01", "rate": "7.2"}]}
        ).id
        base = desk.records.create("money_kind", {"name": "CNY"}).id
        desk.records.create("receipt", {"house": house, "currency": dollar, "amount": "10"})
        desk.records.create("receipt", {"house": house, "currency": base, "amount": "3.50"})
        assert _value(desk, "house", house, "paid") == Decimal("75.50")


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("create", "hours", "move", "void", "delete", "restore", "undo", "measure", "part",
             "drop", "factor", "tools", "weight", "total", "line")
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


class _History:
    """Does steps to a few records; what is refused counts as not done."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        make = desk.records.create
        self.houses = [make("house", {"name": str(each)}).id for each in range(2)]
        self.contracts = [
            make("contract", {"name": str(each), "house": self.houses[each % 2], "total": 50}).id
            for each in range(3)
        ]
        self.tools = [make("tool", {"name": str(each), "weight": each}).id for each in range(3)]
        self.tickets: list[int] = []
        self.sets: list[int] = []

    def do(self, step: str, first: int, second: int) -> None:
        try:
            with self.desk.session.savepoint():
                self._do(step, first, second)
        except CardwrightError:
            return

    def _do(self, step: str, first: int, second: int) -> None:
        records = self.desk.records
        contract = self.contracts[second % 3]
        tool = self.tools[second % 3]
        if step == "create":
            lines = [{"tool": tool, "quantity": each} for each in range(second)]
            raw = {"contract": contract, "hours": first, "lines": lines, "tools": [tool]}
            saved = records.create("ticket", {**raw, "done_on": f"2026-01-0{first + 1}"})
            self.tickets.append(saved.id)
            self.sets.append(saved.change_set)
            return
        if step == "undo":
            if self.sets:
                undo(records, self.sets.pop(first % len(self.sets)))
            return
        if step in ("measure", "total"):
            raw = {"measure": ("times", "hours")[first % 2]} if step == "measure" else {"total": 9}
            saved = records.update(
                "contract", contract, {**raw, "house": self.houses[first % 2]}, None
            )
        elif step == "weight":
            saved = records.update("tool", tool, {"weight": first}, None)
        elif not self.tickets:
            return
        else:
            saved = self._change(step, self.tickets[first % len(self.tickets)], first, second)
        self.sets.append(saved.change_set)

    def _change(self, step: str, ticket: int, first: int, second: int) -> Saved:
        records = self.desk.records
        if step == "delete":
            return records.delete("ticket", ticket)
        if step == "restore":
            return records.restore("ticket", ticket)
        lines = self.desk.record("ticket", ticket).lines.get("lines", ())
        changes: dict[str, dict[str, Any]] = {
            "hours": {"hours": second},
            "move": {"contract": (*self.contracts, None)[second % 4]},
            "void": {"stage": "void"},
            "part": {"lines": [{"tool": self.tools[second % 3], "quantity": 2}]},
            "drop": {"lines": [{"id": each.id, "remove": "1"} for each in lines[:1]]},
            "line": {"lines": [{"id": each.id, "quantity": first} for each in lines[1:2]]},
            "factor": {"factor": first},
            "tools": {"tools": self.tools[: second % 4]},
        }
        return records.update("ticket", ticket, changes[step], None)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # what is found is short already
)
@given(steps=_STEPS)
def test_after_any_history_every_value_is_what_it_would_be_now(
    till: Installation, steps: list[tuple[str, int, int]]
) -> None:
    with till.engine.write(till.system()) as desk:
        history = _History(desk)
        for step in steps:
            history.do(*step)
            assert differences_of(desk.records) == [], step
